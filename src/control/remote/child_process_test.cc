#include "control/remote/child_process.h"

#include <array>

#include <gtest/gtest.h>

#include "runtime/reactor.h"

namespace weft::control {
namespace {

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> shell(const std::string& script, Stdio stdio = Stdio::pipes) {
    return ChildProcess::start(reactor_, {"/bin/sh", "-c", script}, stdio).value();
  }
  // All that comes until the end.
  std::string text_from(PipeEnd& from) {
    std::string text;
    std::array<char, 64> piece;
    for (;;) {
      const auto size = reactor_.run_until_done(from.read_some(piece));
      if (!size || *size == 0) return text;
      text.append(piece.data(), *size);
    }
  }
  int code_of(ChildProcess& child) { return reactor_.run_until_done(child.ended()); }

  const SystemClock clock_;
  runtime::Reactor reactor_{clock_};
};

TEST_F(ChildProcessTest, HasItsStreamsAndItsExitCode) {
  const auto child = shell("cat; echo away >&2; exit 3");
  ASSERT_TRUE(reactor_.run_until_done(child->input()->write_all("hello\n")));
  child->close_input();
  EXPECT_EQ(text_from(child->output()), "hello\n");
  EXPECT_EQ(text_from(*child->errors()), "away\n");
  EXPECT_EQ(code_of(*child), 3);
}

TEST_F(ChildProcessTest, ThatCannotBeRunHasTheShellsCode) {
  const auto child = ChildProcess::start(reactor_, {"/nowhere/program"}, Stdio::pipes).value();
  EXPECT_EQ(code_of(*child), 127);
}

TEST_F(ChildProcessTest, ThatIsToldToHangUpTellsTheSignal) {
  const auto child = shell("echo up; exec sleep 1000");
  std::array<char, 8> piece;
  ASSERT_EQ(reactor_.run_until_done(child->output().read_some(piece)), 3u);
  child->hang_up();
  EXPECT_EQ(code_of(*child), 128 + SIGHUP);
}

TEST_F(ChildProcessTest, HasATerminalOfTheClientsSize) {
  const auto child = shell("read go; stty size", Stdio::terminal);
  child->resize(91, 17);
  EXPECT_EQ(child->errors(), nullptr);
  ASSERT_TRUE(reactor_.run_until_done(child->input()->write_all("go\n")));
  EXPECT_EQ(text_from(child->output()), "17 91\n");
  EXPECT_EQ(code_of(*child), 0);
}

TEST_F(ChildProcessTest, GoesWithItsObject) {
  auto child = shell("echo $$; exec sleep 1000");
  std::array<char, 16> piece;
  const size_t size = reactor_.run_until_done(child->output().read_some(piece)).value();
  const pid_t pid = std::stoi(std::string(piece.data(), size));
  child.reset();
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace weft::control
