#include "cli/mesh/failure_cause.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

FailedHop failed(std::vector<std::string> flags) {
  FailedHop hop;
  hop.pod = "shop/front-1";
  hop.direction = "outbound";
  hop.flags = std::move(flags);
  hop.status = 503;
  hop.method = "GET";
  hop.authority = "reviews";
  hop.path = "/a";
  hop.cluster = "outbound|80||reviews";
  hop.endpoint = "10.0.0.1:80";
  hop.client = "10.0.0.9:1234";
  return hop;
}

std::string why(const FailedHop& hop) {
  return cause_of(hop).why;
}

// What the sentence must say of each flag, and what it points to.
struct Row {
  const char* flag;
  const char* says;
  const char* fix;
};

class Flags : public testing::TestWithParam<Row> {};

TEST_P(Flags, HaveACauseOfTheirOwn) {
  const auto cause = cause_of(failed({GetParam().flag}));
  EXPECT_NE(cause.why.find(GetParam().says), std::string::npos) << cause.why;
  EXPECT_EQ(cause.fix, GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(
    Causes, Flags,
    testing::Values(Row{"FI", "injected on purpose", "weft pc routes front-1.shop"},
                    Row{"OM", "memory is short", "weft logs -n shop front-1 --proxy"},
                    Row{"NR", "no route matches reviews/a", "weft pc routes front-1.shop"},
                    Row{"NC", "destination does not exist", "weft pc clusters front-1.shop"},
                    Row{"UH", "outbound|80||reviews has no healthy endpoint", "weft pc endpoints front-1.shop"},
                    Row{"SI", "idle timeout", ""},
                    Row{"UT", "10.0.0.1:80 did not answer", "weft pc routes front-1.shop"},
                    Row{"UF", "no connection to 10.0.0.1:80 came about", "weft pc endpoints front-1.shop"},
                    Row{"UPE", "not valid HTTP", "weft pc clusters front-1.shop"},
                    Row{"UC", "10.0.0.1:80 closed the connection", "weft pc endpoints front-1.shop"},
                    Row{"UR", "reset the request's HTTP/2 stream", "weft pc endpoints front-1.shop"},
                    Row{"UO", "pool of outbound|80||reviews is full", "weft pc clusters front-1.shop"},
                    Row{"RL", "rate limit", ""}, Row{"DPE", "client broke", ""}, Row{"DT", "older", ""},
                    Row{"LR", "proxy itself reset", ""}, Row{"DC", "client left", ""}),
    [](const auto& row) { return std::string(row.param.flag); });

TEST(FailureCause, IsToldAsPreciselyAsTheProxyKnowsIt) {
  auto hop = failed({"UF"});
  hop.tried = {{.trouble = "connect_timeout"}};
  EXPECT_EQ(why(hop), "no connection to 10.0.0.1:80 came about within the connect timeout");
  hop.tried = {{.trouble = "of_a_later_release"}};
  EXPECT_EQ(why(hop), "no connection to 10.0.0.1:80 came about");
}

TEST(FailureCause, CountsTheAttemptsThatWereMade) {
  auto hop = failed({"UC", "URX"});
  hop.attempts = 3;
  EXPECT_TRUE(why(hop).ends_with("; 3 attempts were made, no more are allowed")) << why(hop);
}

TEST(FailureCause, NamesThePolicyAndTheRuleThatRefused) {
  auto hop = failed({});
  hop.denial = "rbac_access_denied_matched_policy[ns[shop]-policy[api]-rule[1]]";
  hop.rule = "ns[shop]-policy[api]-rule[1]";
  hop.identity = "spiffe://cluster.local/ns/shop/sa/web";
  EXPECT_EQ(why(hop),
            "AuthorizationPolicy shop/api, rule 1 (from 0), refuses it: it came from "
            "spiffe://cluster.local/ns/shop/sa/web");
  EXPECT_EQ(cause_of(hop).fix, "weft authz check front-1 -n shop");
  hop.policy_place = "authz.yaml:12";
  EXPECT_TRUE(why(hop).starts_with("AuthorizationPolicy shop/api (authz.yaml:12), rule 1 (from 0), refuses it"));
}

TEST(FailureCause, TellsThatNobodyAllowedIt) {
  auto hop = failed({});
  hop.denial = "rbac_access_denied_matched_policy[none]";
  EXPECT_EQ(
      why(hop),
      "no ALLOW policy of the workload lets it pass: it came from a client without a certificate (10.0.0.9:1234)");
}

TEST(FailureCause, TellsAnAuthorizersRefusalFromItsSilence) {
  auto hop = failed({"UAEX"});
  hop.denial = "ext_authz_denied";
  EXPECT_EQ(why(hop), "the external authorizer refused the request");
  hop.denial = "ext_authz_error";
  EXPECT_EQ(why(hop), "the external authorizer gave no answer, and without one the request is refused");
}

TEST(FailureCause, SaysWhatWasWrongWithAToken) {
  auto hop = failed({});
  hop.denial = "jwt_authn_access_denied{Jwt_is_expired}";
  EXPECT_EQ(why(hop), "the token was refused: Jwt is expired");
  EXPECT_EQ(cause_of(hop).fix, "weft get requestauthentications -n shop");
}

TEST(FailureCause, IsTheApplicationWhereNoProxyHadADoubt) {
  EXPECT_EQ(why(failed({})), "10.0.0.1:80 itself answered 503");
}

TEST(FailureStory, NumbersTheHopsAndMarksTheOneThatFailed) {
  FailedRequest request{{failed({"NC"})}};
  FailedHop& hop = request.hops.front();
  hop.request_id = "8d0e41";
  hop.object = "VirtualService shop/reviews";
  hop.place = "reviews.yaml:21";
  hop.details = "cluster_not_found";
  hop.cluster.clear();
  hop.endpoint.clear();
  hop.started = WallTime(std::chrono::milliseconds(1500));
  EXPECT_EQ(
      tell_failure(request),
      "503 at the proxy of shop/front-1, 1970-01-01T00:00:01.500Z, request 8d0e41\n"
      "  1 ✖ outbound proxy of shop/front-1: GET reviews/a, VirtualService shop/reviews (reviews.yaml:21): "
      "503 (flag NC)\n"
      "  Why      the route's destination does not exist: no such cluster (a host or subset that nothing defines)\n"
      "  Details  cluster_not_found\n"
      "  See      weft pc clusters front-1.shop\n");
  EXPECT_EQ(failure_json(request)["hops"][0]["place"], "reviews.yaml:21");
}

TEST(FailureStory, ListsTheAttemptsWhereThereWereSeveral) {
  FailedRequest request{{failed({"UC", "URX"})}};
  FailedHop& hop = request.hops.front();
  hop.attempts = 6;
  hop.reason = "the endpoint closed without a response";
  hop.not_retried = "used_up";
  hop.tried = {
      {.endpoint = "10.0.0.1:80", .trouble = "connect_refused", .flags = "UF"},
      {.endpoint = "10.0.0.2:80", .status = 503, .lasted_ms = 7},
      {.endpoint = "10.0.0.1:80", .trouble = "stale_connection", .flags = "UC", .lasted_ms = 1, .idle_ms = 5000}};
  const std::string story = tell_failure(request);
  EXPECT_NE(story.find("      attempt 1 at 10.0.0.1:80: UF connect refused, 0 ms\n"
                       "      attempt 2 at 10.0.0.2:80: 503, 7 ms\n"
                       "      and 3 more\n"
                       "      attempt 6 at 10.0.0.1:80: UC stale connection, 1 ms, on a connection idle for 5000 ms\n"),
            std::string::npos)
      << story;
  EXPECT_NE(story.find("  Proxy    the endpoint closed without a response\n"), std::string::npos) << story;
  const auto tried = failure_json(request)["hops"][0]["tried"];
  EXPECT_EQ(tried.size(), 3U);
  EXPECT_EQ(tried[2]["idleMs"], 5000);
  EXPECT_FALSE(tried[1].contains("idleMs"));
}

}  // namespace
}  // namespace weft::cli
