#include "proxy/health/active_checks.h"

#include <gtest/gtest.h>

#include "proxy/balance/rotation_for_test.h"
#include "proxy/connect/memory_dialer_for_test.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;

constexpr decide::ClusterId kCluster{1};

// Connects or refuses by address.
class ChoosyDialer final : public Dialer {
 public:
  explicit ChoosyDialer(runtime::Reactor& reactor) : reactor_(&reactor) {}

  runtime::Task<Dialled> dial(DialRequest request) override {
    dialled.push_back(request.to.to_string());
    if (std::ranges::find(down, request.to) != down.end()) co_return fail(Reason::refused, "refused");
    auto [near, far] = net::MemoryStream::connected(*reactor_);
    co_return std::move(near);
  }

  std::vector<std::string> dialled;
  std::vector<decide::EndpointAddress> down;

 private:
  runtime::Reactor* reactor_;
};

// A cluster whose endpoints are asked by TCP every 5 s, every 60 s without traffic; two silences take one out.
class ActiveChecksTest : public testing::Test {
 protected:
  ActiveChecksTest() : reactor_(clock_), dialer_(reactor_) {
    check_.how = decide::TcpCheck{};
    check_.timeout = 1s;
    check_.interval = check_.unhealthy_interval = check_.healthy_edge_interval = check_.unhealthy_edge_interval = 5s;
    check_.unhealthy_threshold = check_.healthy_threshold = 2;
    configure();
  }

  void configure() {
    auto config = cluster_with(decide::Balancing::round_robin);
    config->id = kCluster;
    config->name = "up";
    config->health_check = std::make_shared<decide::HealthCheck>(check_);
    config_ = config;
  }
  // What is followed from now on; who passes by what was told is so in the rotation.
  void follow(decide::EndpointSetPtr set) {
    std::vector<EndpointStanding> standings(set->endpoints.size());
    for (auto& standing : standings) standing.flags.set(HealthFlag::failed_active_check);
    checks_.follow(kCluster, *make_rotation(config_, std::move(set), std::move(standings)));
    turn();
  }
  void turn() {
    for (int i = 0; i < 20; ++i) reactor_.turn(Duration::zero());
  }
  std::vector<std::string> dialled_after(Duration time) {
    dialer_.dialled.clear();
    clock_.advance(time);
    turn();
    return std::exchange(dialer_.dialled, {});
  }
  using Texts = std::vector<std::string>;

  ManualClock clock_;
  runtime::Reactor reactor_;
  ChoosyDialer dialer_;
  Random random_{1};
  decide::HealthCheck check_;
  decide::ClusterPtr config_;
  Texts told_;
  ActiveChecks checks_{reactor_, dialer_, random_, [this](const CheckVerdict& verdict) {
                         told_.push_back(verdict.endpoint.to_string() +
                                         (verdict.standing == CheckStanding::passing ? " passes" : " fails") +
                                         (verdict.is_first ? " first" : ""));
                       }};
};

TEST_F(ActiveChecksTest, every_endpoint_is_asked_at_once_and_its_first_result_told) {
  dialer_.down = {at(2)};
  follow(endpoints(2));
  dialled_after(1ms);
  std::ranges::sort(told_);
  EXPECT_EQ(told_, (Texts{"10.0.0.1:80 passes first", "10.0.0.2:80 fails first"}));
  EXPECT_TRUE(checks_.is_settled(kCluster));
}

TEST_F(ActiveChecksTest, a_cluster_without_a_first_connection_is_asked_rarely) {
  follow(endpoints(1));
  dialled_after(1ms);
  EXPECT_TRUE(dialled_after(59s).empty());
  EXPECT_EQ(dialled_after(2s).size(), 1);
  checks_.note_traffic(kCluster);
  EXPECT_TRUE(dialled_after(58s).empty());
  EXPECT_EQ(dialled_after(3s).size(), 1);
  EXPECT_EQ(dialled_after(5s + 10ms).size(), 1);
}

TEST_F(ActiveChecksTest, changes_are_told_and_each_success_of_one_that_passes) {
  follow(endpoints(1));
  checks_.note_traffic(kCluster);
  dialled_after(1ms);
  EXPECT_EQ(std::exchange(told_, {}), Texts{"10.0.0.1:80 passes first"});
  dialled_after(5100ms);
  EXPECT_EQ(std::exchange(told_, {}), Texts{"10.0.0.1:80 passes"});
  dialer_.down = {at(1)};
  dialled_after(5100ms);
  EXPECT_TRUE(told_.empty());
  dialled_after(5100ms);
  EXPECT_EQ(told_, Texts{"10.0.0.1:80 fails"});
  dialer_.down.clear();
  dialled_after(5100ms);
  dialled_after(5100ms);
  EXPECT_EQ(told_, (Texts{"10.0.0.1:80 fails", "10.0.0.1:80 passes"}));
  const auto statuses = checks_.statuses();
  ASSERT_EQ(statuses.size(), 1);
  EXPECT_EQ(statuses[0].cluster, "up");
  EXPECT_EQ(statuses[0].passing, 1);
  EXPECT_EQ(statuses[0].counts.attempts, 6);
  EXPECT_EQ(statuses[0].counts.successes, 4);
  EXPECT_EQ(statuses[0].counts.failures, 2);
  EXPECT_EQ(statuses[0].counts.network_failures, 2);
}

TEST_F(ActiveChecksTest, a_push_disturbs_nobody_who_stays) {
  follow(endpoints(1));
  dialled_after(1ms);
  follow(endpoints(2));
  EXPECT_FALSE(checks_.is_settled(kCluster));
  EXPECT_EQ(dialled_after(1ms), Texts{"10.0.0.2:80"});
  told_.clear();
  follow(endpoints(1));
  EXPECT_TRUE(dialled_after(1s).empty());
  EXPECT_EQ(dialled_after(60s), Texts{"10.0.0.1:80"});
}

TEST_F(ActiveChecksTest, another_check_begins_anew) {
  follow(endpoints(1));
  dialled_after(1ms);
  told_.clear();
  configure();
  follow(endpoints(1));
  dialled_after(1ms);
  EXPECT_EQ(told_, Texts{"10.0.0.1:80 passes first"});
}

TEST_F(ActiveChecksTest, an_endpoint_may_be_asked_elsewhere_or_not_at_all) {
  const auto set = endpoints(3);
  set->endpoints[0].check_target = std::make_shared<decide::CheckTarget>(
      decide::CheckTarget{.ip = at(9).ip, .port = 8080, .host = {}, .is_exempt = false});
  set->endpoints[1].check_target = std::make_shared<decide::CheckTarget>(
      decide::CheckTarget{.ip = {}, .port = 8081, .host = {}, .is_exempt = false});
  set->endpoints[2].check_target =
      std::make_shared<decide::CheckTarget>(decide::CheckTarget{.ip = {}, .port = {}, .host = {}, .is_exempt = true});
  follow(set);
  auto dialled = dialled_after(1ms);
  std::ranges::sort(dialled);
  EXPECT_EQ(dialled, (Texts{"10.0.0.2:8081", "10.0.0.9:8080"}));
}

TEST_F(ActiveChecksTest, nobody_is_asked_any_more_when_the_cluster_or_its_check_is_gone) {
  follow(endpoints(1));
  dialled_after(1ms);
  checks_.keep(decide::Snapshot());
  EXPECT_TRUE(dialled_after(100s).empty());
  follow(endpoints(1));
  dialled_after(1ms);
  config_ = cluster_with(decide::Balancing::round_robin);
  follow(endpoints(1));
  EXPECT_TRUE(dialled_after(100s).empty());
  EXPECT_TRUE(checks_.is_settled(kCluster));
  EXPECT_TRUE(checks_.statuses().empty());
}

TEST_F(ActiveChecksTest, ending_while_checks_are_under_way_leaves_nothing) {
  follow(endpoints(50));
  checks_.end();
  EXPECT_TRUE(dialled_after(100s).empty());
}

}  // namespace
}  // namespace weft::proxy
