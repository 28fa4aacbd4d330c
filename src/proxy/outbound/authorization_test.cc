// What clients and records learn of authorization. What it decides is tested where it is compiled and translated.
#include "decide/authorization/authorization.h"

#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using decide::AccessCondition;
using decide::AccessRules;

AccessCondition path_is(std::string_view path) {
  return AccessCondition(decide::AccessPathMatch{decide::TextMatch(decide::TextMatch::Kind::exact, path)});
}

class AuthorizationTest : public ProxiedTest {
 protected:
  void guard(AccessRules::Action action, AccessCondition condition) {
    auto authorization = std::make_shared<decide::Authorization>();
    AccessRules rules{.action = action};
    rules.policies.push_back({"ns[a]-policy[b]-rule[0]", std::move(condition),
                              "rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]"});
    authorization->filters.push_back({.enforced = std::move(rules)});
    chain_.authorization = std::move(authorization);
  }
};

TEST_F(AuthorizationTest, ARefusedRequestReachesNobody) {
  guard(AccessRules::Action::deny, path_is("/secret"));
  start();
  send("GET /secret?a=b HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 403 Forbidden\r\n")) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\nRBAC: access denied")) << response;
  EXPECT_TRUE(response.contains("content-type: text/plain\r\n")) << response;
  EXPECT_FALSE(response.contains("policy"));
  EXPECT_EQ(sink_.details, "rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]");
  EXPECT_EQ(sink_.flags, "-");
  EXPECT_TRUE(dialer_.endpoints.empty());
}

TEST_F(AuthorizationTest, TheConnectionServesOnAfterARefusal) {
  guard(AccessRules::Action::allow, path_is("/"));
  start();
  send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_TRUE(received().contains(" 403 "));
  EXPECT_EQ(sink_.details, "rbac_access_denied_matched_policy[none]");
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK"));
}

TEST_F(AuthorizationTest, GrpcClientsGetAStatusOfTheirs) {
  guard(AccessRules::Action::deny, AccessCondition::always());
  start();
  send("POST /s/M HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
  EXPECT_TRUE(response.contains("grpc-status: 7\r\n")) << response;
  EXPECT_TRUE(response.contains("grpc-message: RBAC: access denied\r\n")) << response;
}

TEST_F(AuthorizationTest, RulesSeeTheCanonicalPath) {
  chain_.path_policy.normalizes = true;
  guard(AccessRules::Action::deny, path_is("/secret"));
  start();
  send("GET /a/..//../%73ecret HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(received().contains(" 403 "));
}

TEST_F(AuthorizationTest, ASidecarTakesTheLastForwardedAddressForTheClient) {
  const auto range = decide::IpRange::parse("1.2.3.0/24").value();
  guard(AccessRules::Action::allow, AccessCondition(decide::AddressMatch{decide::AddressMatch::Whose::remote, range}));
  start();
  send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4, 9.9.9.9\r\n\r\n");
  EXPECT_TRUE(received().contains(" 403 "));
  send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().contains(" 200 "));
}

}  // namespace
}  // namespace weft::proxy
