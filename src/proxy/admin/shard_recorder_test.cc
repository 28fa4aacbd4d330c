#include "proxy/admin/shard_recorder.h"

#include <gtest/gtest.h>

#include "proxy/connect/memory_dialer_for_test.h"
#include "telemetry/exposition.h"

namespace weft::proxy {
namespace {

// One exchange after another, as the request path hands them over when they are done.
class ShardRecorderTest : public testing::Test {
 protected:
  ShardRecorderTest() {
    client_.direction = decide::Direction::outbound;
    client_.address = {*decide::IpAddress::parse("10.0.0.9"), 1234};
    cluster_.id = decide::ClusterId(0);
    cluster_.name = "outbound|80||reviews";
    cluster_.origin = {.object = "Service shop/reviews", .file = "services.yaml", .line = 3};
    route_.name = "main";
    route_.origin = {.object = "VirtualService shop/reviews", .file = "reviews.yaml", .line = 21};
    state_.configure(std::make_shared<const decide::Cluster>(cluster_));
    endpoint_ = state_.endpoint_at({*decide::IpAddress::parse("10.0.0.1"), 80});
  }

  // A record of the exchange that `status` tells of; `change` says what else there was.
  template <class Change>
  void write(uint16_t status, Change change) {
    Exchange exchange(shard_, client_);
    exchange.record.started = reactor_.now();
    exchange.record.status = status;
    exchange.record.attempts = 1;
    exchange.record.cluster = &cluster_;
    exchange.record.route = &route_;
    exchange.request.method = "GET";
    exchange.request.path = "/a?secret=1";
    exchange.request.authority = "reviews";
    change(exchange);
    recorder_.write(exchange);
  }
  void write(uint16_t status) {
    write(status, [](Exchange&) {});
  }
  const telemetry::FailureRecord& failure() const { return failures_.records().at(0); }
  std::string statistics() const {
    const telemetry::ShardMetrics* const shard = &metrics_;
    return telemetry::plain_statistics({&shard, 1});
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  MemoryDialer dialer_{reactor_};
  Shard shard_{reactor_, dialer_, 1, {}};
  EndpointIds ids_;
  ClusterState state_{ids_, {}};
  EndpointRef endpoint_;
  ClientFacts client_;
  decide::Cluster cluster_;
  decide::Route route_;
  telemetry::ShardMetrics metrics_;
  telemetry::FailureLog failures_;
  ShardRecorder recorder_{metrics_, failures_, clock_, std::nullopt};
};

TEST_F(ShardRecorderTest, counts_requests_by_what_became_of_them) {
  write(200);
  write(200);
  write(503, [](Exchange& exchange) { exchange.record.set(Flag::connection_failed); });
  const std::string text = statistics();
  const std::string common = R"(weft_requests_total{direction="outbound",cluster="outbound|80||reviews",route="main",)";
  EXPECT_NE(text.find(common + R"(response_code="200",response_flags="-",connection_security_policy="none"}: 2)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(common + R"(response_code="503",response_flags="UF",connection_security_policy="none"}: 1)"),
            std::string::npos)
      << text;
}

TEST_F(ShardRecorderTest, keeps_nothing_of_what_went_well) {
  write(200);
  write(404);  // the application's
  EXPECT_TRUE(failures_.records().empty());
}

TEST_F(ShardRecorderTest, keeps_a_failure_with_the_routes_origin) {
  write(503, [](Exchange& exchange) { exchange.record.set(Flag::no_cluster); });
  ASSERT_EQ(failures_.records().size(), 1U);
  EXPECT_EQ(failure().object.view(), "VirtualService shop/reviews");
  EXPECT_EQ(failure().file.view(), "reviews.yaml");
  EXPECT_EQ(failure().line, 21);
  EXPECT_EQ(failure().path.view(), "/a");
  EXPECT_EQ(failure().direction.view(), "outbound");
}

TEST_F(ShardRecorderTest, names_the_clusters_origin_where_no_object_made_the_route) {
  write(503, [&](Exchange& exchange) {
    exchange.record.set(Flag::no_healthy_endpoint);
    exchange.record.route = nullptr;
  });
  EXPECT_EQ(failure().object.view(), "Service shop/reviews");
}

TEST_F(ShardRecorderTest, keeps_each_attempt_with_its_endpoint_and_trouble) {
  write(503, [&](Exchange& exchange) {
    exchange.record.set(Flag::connection_failed);
    exchange.attempts.add({.endpoint = endpoint_, .status = 503});
    exchange.attempts.add({.endpoint = endpoint_,
                           .flags = exchange.record.flags,
                           .trouble = Trouble::connect_refused,
                           .lasted = std::chrono::milliseconds(3)});
    exchange.attempts.not_retried = "used_up";
    exchange.attempts.transport_failure = "delayed_connect_error:_Connection_refused";
  });
  ASSERT_EQ(failure().tried_size, 2U);
  EXPECT_EQ(failure().tried[0].status, 503);
  EXPECT_EQ(failure().tried[1].endpoint.view(), "10.0.0.1:80");
  EXPECT_EQ(failure().tried[1].trouble.view(), "connect_refused");
  EXPECT_EQ(failure().tried[1].lasted, std::chrono::milliseconds(3));
  EXPECT_EQ(failure().not_retried.view(), "used_up");
  EXPECT_EQ(failure().transport_failure.view(), "delayed_connect_error:_Connection_refused");
}

TEST_F(ShardRecorderTest, keeps_the_refusal_of_a_policy_with_whom_it_refused) {
  const decide::TextMatch admin(decide::TextMatch::Kind::prefix, "/admin");
  const decide::AccessPolicy rule{"ns[shop]-policy[api]-rule[0]",
                                  decide::AccessCondition(decide::AccessPathMatch{admin}), ""};
  const decide::Peer peer{.uri = "spiffe://cluster.local/ns/shop/sa/web"};
  client_.peer = &peer;
  write(403, [&](Exchange& exchange) {
    exchange.record.details = "rbac_access_denied_matched_policy[ns[shop]-policy[api]-rule[0]]";
    decide::AccessVerdict verdict;
    verdict.is_allowed = false;
    verdict.matched = &rule;
    verdict.denial = "denied";
    exchange.record.authorization = verdict;
  });
  ASSERT_EQ(failures_.records().size(), 1U);
  EXPECT_EQ(failure().rule.view(), "ns[shop]-policy[api]-rule[0]");
  EXPECT_EQ(failure().denial.view(), "denied");
  EXPECT_EQ(failure().identity.view(), "spiffe://cluster.local/ns/shop/sa/web");
}

TEST_F(ShardRecorderTest, keeps_what_the_endpoints_own_proxy_refused_but_not_what_the_application_did) {
  write(403);
  EXPECT_TRUE(failures_.records().empty());
  write(403, [&](Exchange& exchange) {
    exchange.attempts.add({.endpoint = endpoint_, .status = 403, .trouble = Trouble::refused_by_peer});
  });
  ASSERT_EQ(failures_.records().size(), 1U);
  EXPECT_EQ(failure().tried[0].trouble.view(), "refused_by_peer");
}

TEST_F(ShardRecorderTest, keeps_connections_that_led_nowhere) {
  TcpRecord record{.started = reactor_.now()};
  record.set(Flag::connection_failed);
  record.endpoint = endpoint_;
  record.attempts = 2;
  record.trouble = Trouble::tls_failed;
  record.reason = "TLS_error:|expired:certificate verify failed:TLS_error_end";
  record.transport_failure = "TLS_error:|expired:certificate_verify_failed:TLS_error_end";
  recorder_.write(record, client_);
  recorder_.write(TcpRecord{.started = reactor_.now()}, client_);
  ASSERT_EQ(failures_.records().size(), 1U);
  EXPECT_EQ(failure().attempts, 2U);
  EXPECT_EQ(failure().tried[0].trouble.view(), "tls_failed");
  EXPECT_EQ(failure().transport_failure.view(), "TLS_error:|expired:certificate_verify_failed:TLS_error_end");
  EXPECT_EQ(failure().client.view(), "10.0.0.9:1234");
}

}  // namespace
}  // namespace weft::proxy
