// With real processes, of sh(1), and a program that says of itself which of them serves.
#include "node/pods/supervisor.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "node/sandbox/workload_start.h"

namespace weft::node {
namespace {

constexpr Duration kSoon = std::chrono::seconds(20);

// Each launch runs the next of the scripts; the last one again and again.
class Scripts final : public Supervised {
 public:
  Result<Child> launch(int output) override {
    const std::string script = next.size() > 1 ? next.front() : next.back();
    if (next.size() > 1) next.erase(next.begin());
    ++launches;
    WEFT_TRY(auto forked, fork_into(0));
    if (!forked.is_child) return std::move(forked.child);
    connect_output(output, {});
    execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    _exit(127);
  }
  runtime::Task<bool> answers() override { co_return serving.has_value(); }
  runtime::Task<std::optional<uint32_t>> epoch() override {
    if (on_epoch) on_epoch();
    co_return serving;
  }
  void on_readiness_changed() override { ++readiness_changes; }

  std::vector<std::string> next{"exec sleep 1000"};
  int launches = 0;
  int readiness_changes = 0;
  std::optional<uint32_t> serving = 0;
  std::function<void()> on_epoch;
};

class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() {
    char pattern[] = "/tmp/weft-supervisor-XXXXXX";
    folder_ = mkdtemp(pattern);
    supervisor_ = std::make_unique<Supervisor>(reactor_, "it", folder_ / "log", scripts_);
    supervisor_->start();
    wait_until([this] { return supervisor_->is_ready(); });
  }
  ~SupervisorTest() override {
    reactor_.run_until_done(supervisor_->stop(Duration::zero()));
    std::filesystem::remove_all(folder_);
  }

  runtime::Task<void> await(std::function<bool()> condition) {
    const Time limit = reactor_.now() + kSoon;
    while (!condition() && reactor_.now() < limit) {
      co_await runtime::sleep_for(reactor_, std::chrono::milliseconds(2));
    }
    EXPECT_TRUE(condition());
  }
  void wait_until(std::function<bool()> condition) { reactor_.run_until_done(await(std::move(condition))); }
  Result<Replacement> replace(Duration longest = kSoon) {
    return reactor_.run_until_done(supervisor_->replace(reactor_.now() + longest));
  }
  // From the launch of a successor on it is that one which serves.
  void serve_as(uint32_t epoch) {
    const int before = scripts_.launches;
    scripts_.on_epoch = [this, epoch, before] {
      if (scripts_.launches > before) scripts_.serving = epoch;
    };
  }
  std::string log() const {
    std::ifstream file(folder_ / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  std::filesystem::path folder_;
  Scripts scripts_;
  std::unique_ptr<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, starts_what_died_again_and_counts_it) {
  const pid_t first = supervisor_->pid();
  kill(first, SIGKILL);
  wait_until([&] { return supervisor_->pid() != 0 && supervisor_->pid() != first; });
  EXPECT_EQ(supervisor_->restart_count(), 1);
  EXPECT_EQ(supervisor_->replacement_count(), 0);
}

TEST_F(SupervisorTest, lets_one_process_follow_another_and_takes_the_end_of_the_old_one_for_no_crash) {
  const pid_t old = supervisor_->pid();
  serve_as(1);
  const auto done = replace();
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->old_pid, old);
  EXPECT_EQ(done->new_pid, supervisor_->pid());
  EXPECT_EQ(done->epoch, 1u);
  EXPECT_NE(supervisor_->pid(), old);
  EXPECT_EQ(supervisor_->draining(), std::vector<pid_t>{old});
  kill(old, SIGTERM);
  wait_until([&] { return supervisor_->draining().empty(); });
  EXPECT_EQ(supervisor_->pid(), done->new_pid);
  EXPECT_EQ(supervisor_->restart_count(), 0);
  EXPECT_EQ(supervisor_->replacement_count(), 1);
  EXPECT_EQ(scripts_.launches, 2);
}

TEST_F(SupervisorTest, starts_a_successor_that_dies_in_charge_again) {
  serve_as(1);
  const auto done = replace();
  ASSERT_TRUE(done);
  kill(done->new_pid, SIGKILL);
  wait_until([&] { return supervisor_->pid() != 0 && supervisor_->pid() != done->new_pid; });
  EXPECT_EQ(supervisor_->restart_count(), 1);
  EXPECT_EQ(supervisor_->draining(), std::vector<pid_t>{done->old_pid});
}

TEST_F(SupervisorTest, keeps_the_old_one_where_the_new_one_fails_and_says_what_that_said) {
  const pid_t old = supervisor_->pid();
  scripts_.next = {"echo trying; echo no such flag >&2; exit 2", "exec sleep 1000"};
  const auto done = replace();
  ASSERT_FALSE(done);
  const std::string goes_on = "; process " + std::to_string(old) + " goes on";
  EXPECT_EQ(done.error().detail, "no such flag" + goes_on);
  EXPECT_EQ(supervisor_->pid(), old);
  EXPECT_TRUE(supervisor_->is_ready());
  EXPECT_EQ(supervisor_->restart_count(), 0);
  EXPECT_EQ(log(), "trying\nno such flag\n");
  scripts_.next = {"exit 3", "exec sleep 1000"};
  EXPECT_EQ(replace().error().detail, "it ended with 3" + goes_on);
  serve_as(1);
  EXPECT_TRUE(replace());
}

TEST_F(SupervisorTest, ends_a_new_one_that_is_not_ready_in_time) {
  const pid_t old = supervisor_->pid();
  scripts_.next = {"echo waits for its configuration; exec sleep 1000"};
  const auto done = replace(std::chrono::milliseconds(500));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::timed_out);
  EXPECT_EQ(done.error().detail, "the new process was not ready in time: waits for its configuration; process " +
                                     std::to_string(old) + " goes on");
  EXPECT_EQ(supervisor_->pid(), old);
  EXPECT_TRUE(supervisor_->draining().empty());
}

TEST_F(SupervisorTest, starts_a_third_where_the_old_one_has_let_go_and_the_new_one_died) {
  const pid_t old = supervisor_->pid();
  scripts_.next = {"exit 1", "exec sleep 1000"};
  const int before = scripts_.launches;
  scripts_.on_epoch = [this, before] {
    if (scripts_.launches == before + 1) scripts_.serving.reset();
    if (scripts_.launches > before + 1) scripts_.serving = 0;
  };
  EXPECT_EQ(replace().error().detail, "it ended with 1");
  wait_until([&] { return supervisor_->pid() != 0 && supervisor_->pid() != old; });
  EXPECT_EQ(supervisor_->draining(), std::vector<pid_t>{old});
  EXPECT_EQ(scripts_.launches, before + 2);
}

TEST_F(SupervisorTest, puts_a_successor_in_charge_when_the_old_one_dies_before_it_serves) {
  const pid_t old = supervisor_->pid();
  const int before = scripts_.launches;
  scripts_.on_epoch = [this, before, old] {
    if (scripts_.launches > before) kill(old, SIGKILL);
  };
  const auto done = replace();
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->old_pid, old);
  EXPECT_EQ(done->new_pid, supervisor_->pid());
  EXPECT_EQ(done->epoch, 0u) << "its predecessor was gone before they met";
  EXPECT_EQ(scripts_.launches, before + 1);
  EXPECT_EQ(supervisor_->restart_count(), 1);
}

// A proxy without connections has nothing to finish: it is gone before anybody has asked who serves.
TEST_F(SupervisorTest, takes_it_for_no_crash_that_the_old_one_ends_the_moment_it_is_followed) {
  scripts_.next = {"trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done", "exec sleep 1000"};
  serve_as(1);
  const auto first = replace();
  ASSERT_TRUE(first);
  wait_until([&] { return log() == "up\n"; });
  const int before = scripts_.launches;
  scripts_.on_epoch = [this, before, old = first->new_pid] {
    if (scripts_.launches > before && supervisor_->pid() == old) kill(old, SIGTERM);
    if (supervisor_->pid() != old) scripts_.serving = 2;
  };
  const auto second = replace();
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->old_pid, first->new_pid);
  EXPECT_EQ(second->epoch, 2u);
  EXPECT_EQ(supervisor_->pid(), second->new_pid);
  EXPECT_TRUE(supervisor_->is_ready());
  EXPECT_EQ(supervisor_->restart_count(), 0);
  EXPECT_EQ(supervisor_->replacement_count(), 2);
}

// SIGHUP makes a proxy start its own successor.
TEST_F(SupervisorTest, asks_whether_somebody_serves_when_one_has_ended_in_order) {
  scripts_.next = {"trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done", "exec sleep 1000"};
  serve_as(1);
  ASSERT_TRUE(replace());
  wait_until([&] { return log() == "up\n"; });
  const int changes = scripts_.readiness_changes;
  const pid_t old = supervisor_->pid();
  kill(old, SIGTERM);
  wait_until([&] { return scripts_.launches == 3; });
  EXPECT_EQ(scripts_.readiness_changes, changes);
  EXPECT_TRUE(supervisor_->is_ready());
}

TEST_F(SupervisorTest, follows_nobody_where_nobody_serves) {
  scripts_.serving.reset();
  EXPECT_EQ(replace().error().reason, Reason::unavailable);
  EXPECT_EQ(scripts_.launches, 1);
}

TEST_F(SupervisorTest, stops_with_a_successor_on_its_way) {
  runtime::Gate gate(reactor_);
  std::optional<Result<Replacement>> done;
  const auto ask = [](Supervisor& supervisor, Time deadline,
                      std::optional<Result<Replacement>>& result) -> runtime::Task<void> {
    result = co_await supervisor.replace(deadline);
  };
  runtime::spawn(gate, ask(*supervisor_, reactor_.now() + kSoon, done));
  wait_until([&] { return scripts_.launches == 2; });
  reactor_.run_until_done(supervisor_->stop(kSoon));
  reactor_.run_until_done(gate.close());
  ASSERT_TRUE(done && !*done);
  EXPECT_EQ((*done).error().reason, Reason::cancelled);
  EXPECT_EQ(supervisor_->pid(), 0);
}

}  // namespace
}  // namespace weft::node
