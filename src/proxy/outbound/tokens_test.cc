// Tokens on their way through a whole proxy in memory: what the client gets, and what the application.
#include "jose/signing_for_test.h"
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

class TokensTest : public ProxiedTest {
 protected:
  TokensTest() {
    provider_.keys = *jose::KeySet::parse(key_.jwks());
    provider_.claim_headers = {{"x-sub", {"sub"}}, {"x-role", {"realm", "role"}}, {"x-bad", {"bad"}}};
    provider_.payload_header = "x-payload";
  }

  // The endpoint's view of a request with these fields; empty when it gets none.
  std::string forwarded(const std::string& fields, const std::string& path = "/", bool needs_token = false) {
    auto rules = std::make_shared<decide::TokenRules>();
    rules->providers = {provider_};
    rules->reserved_headers = {"x-bad", "x-payload", "x-role", "x-sub"};
    rules->lets_preflights_pass = true;
    decide::TokenRequirement requirement{.kind = decide::TokenRequirement::Kind::any};
    requirement.parts = {{.kind = decide::TokenRequirement::Kind::provider}};
    requirement.allows_missing = !needs_token;
    rules->rules.push_back({{}, requirement});
    chain_.token_rules = rules;
    start();
    send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    return dialer_.endpoints.empty() ? "" : asked();
  }
  std::string token(const std::string& payload = R"({"iss":"https://a","sub":"me","realm":{"role":"admin"}})") const {
    return key_.token("ES256", payload);
  }
  static bool has(const std::string& head, const std::string& text) { return head.find(text) != std::string::npos; }

  jose::SigningKey key_ = jose::SigningKey::p256();
  decide::TokenProvider provider_{
      .name = "a", .issuer = "https://a", .headers = {{"authorization", "Bearer "}}, .parameters = {"access_token"}};
};

TEST_F(TokensTest, AGoodOneIsTakenOffAndItsClaimsAreTold) {
  const auto head = forwarded("Authorization: Bearer " + token() + "\r\n", "/x?a=b");
  EXPECT_FALSE(has(head, "authorization")) << head;
  EXPECT_TRUE(has(head, "\r\nx-sub: me\r\n")) << head;
  EXPECT_TRUE(has(head, "\r\nx-role: admin\r\n")) << head;
  EXPECT_TRUE(
      has(head, "\r\nx-payload: " + jose::base64url(R"({"iss":"https://a","sub":"me","realm":{"role":"admin"}})")))
      << head;
}

TEST_F(TokensTest, WhatOnlyTheyMayFillIsTakenOffHoweverItIsSpelled) {
  const auto head = forwarded("X-Role: a\r\nx_role: b\r\nX_SUB: c\r\nx-roles: kept\r\nx_other: kept\r\n");
  for (const auto* claim : {"x-role:", "x_role", "x_sub"}) EXPECT_FALSE(has(head, claim)) << head;
  EXPECT_TRUE(has(head, "x-roles: kept\r\nx_other: kept\r\n")) << head;
}

TEST_F(TokensTest, AGoodOneIsTakenOutOfTheQuery) {
  const auto head = forwarded("", "/x?a=b&access_token=" + token() + "&c=d");
  EXPECT_TRUE(head.starts_with("GET /x?a=b&c=d HTTP/1.1")) << head;
}

TEST_F(TokensTest, AGoodOneStaysWhereItsProviderSaysSo) {
  provider_.forwards_token = true;
  const std::string good = token();
  EXPECT_TRUE(has(forwarded("Authorization: Bearer " + good + "\r\n"), "authorization: Bearer " + good));
}

TEST_F(TokensTest, OtherCredentialsStay) {
  EXPECT_TRUE(has(forwarded("Authorization: Basic x\r\n"), "authorization: Basic x\r\n"));
}

TEST_F(TokensTest, OtherCredentialsBesideATokenStay) {
  const auto head = forwarded("Authorization: Basic x\r\nAuthorization: Bearer " + token() + "\r\n");
  EXPECT_TRUE(has(head, "authorization: Basic x\r\n")) << head;
  EXPECT_FALSE(has(head, "Bearer")) << head;
}

TEST_F(TokensTest, NobodyElseFillsTheFieldsOfClaims) {
  const auto head = forwarded("X-Sub: admin\r\nx-sub: root\r\nX-PAYLOAD: e30\r\nx-own: kept\r\n");
  EXPECT_FALSE(has(head, "x-sub")) << head;
  EXPECT_FALSE(has(head, "x-payload")) << head;
  EXPECT_TRUE(has(head, "x-own: kept")) << head;
}

TEST_F(TokensTest, AClaimBecomesNoFurtherField) {
  const auto head =
      forwarded("Authorization: Bearer " + token(R"({"iss":"https://a","bad":"x\r\nx-role: admin"})") + "\r\n");
  EXPECT_FALSE(has(head, "x-role")) << head;
  EXPECT_FALSE(has(head, "x-bad")) << head;
}

TEST_F(TokensTest, ABadOneIsRefusedWithItsReason) {
  EXPECT_EQ(forwarded("Authorization: Bearer " + token(R"({"iss":"https://b"})") + "\r\n", "/x?access_token=secret"),
            "");
  const auto answer = received();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n")) << answer;
  EXPECT_TRUE(has(answer, "\r\nwww-authenticate: Bearer realm=\"http://h/x\", error=\"invalid_token\"\r\n")) << answer;
  EXPECT_FALSE(has(answer, "secret")) << answer;
}

TEST_F(TokensTest, AWrongAudienceIsForbidden) {
  provider_.audiences = {"api"};
  EXPECT_EQ(forwarded("Authorization: Bearer " + token() + "\r\n"), "");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_EQ(sink_.details, "jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}");
}

TEST_F(TokensTest, AMissingOneIsAskedForWithoutAnError) {
  EXPECT_EQ(forwarded("", "/\"quoted\\\"", true), "");
  const auto answer = received();
  EXPECT_TRUE(answer.ends_with("\r\n\r\nJwt is missing")) << answer;
  EXPECT_TRUE(has(answer, "\r\nwww-authenticate: Bearer realm=\"http://h/%22quoted%5C%22\"\r\n")) << answer;
  EXPECT_EQ(sink_.details, "jwt_authn_access_denied{Jwt_is_missing}");
}

TEST_F(TokensTest, GrpcClientsAreToldInTheirTerms) {
  EXPECT_EQ(forwarded("content-type: application/grpc\r\n", "/", true), "");
  const auto answer = received();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(has(answer, "\r\ngrpc-status: 16\r\n")) << answer;
  EXPECT_TRUE(has(answer, "\r\ngrpc-message: Jwt is missing\r\n")) << answer;
}

// Whose claim realm.role is "admin" gets 299, at once.
decide::Route for_admins() {
  const decide::TextMatch admin(decide::TextMatch::Kind::exact, "admin");
  decide::Route route{.name = "admins"};
  route.match.claims.push_back({.path = {"realm", "role"}, .value = {admin}});
  route.action = decide::DirectResponse{.status = 299};
  return route;
}

TEST_F(TokensTest, ClaimsChooseTheRoute) {
  table_.asks_claims = true;
  auto& routes = table_.hosts[0].routes;
  routes.insert(routes.begin(), for_admins());
  EXPECT_EQ(forwarded("Authorization: Bearer " + token() + "\r\n"), "");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 299 "));
  EXPECT_NE(forwarded("Authorization: Bearer " + token(R"({"iss":"https://a","realm":{"role":"guest"}})") + "\r\n"),
            "");
}

TEST_F(TokensTest, WithoutATokenARouteForClaimsIsNobodys) {
  table_.asks_claims = true;
  auto& routes = table_.hosts[0].routes;
  routes.insert(routes.begin(), for_admins());
  EXPECT_NE(forwarded("request.auth.claims.realm.role: admin\r\n"), "");
}

TEST_F(TokensTest, WhereOnlyClaimsLeadTheTokenIsLookedAtFirst) {
  table_.asks_claims = true;
  table_.hosts[0].routes = {for_admins()};
  forwarded("Authorization: Bearer " + token() + "\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 299 "));
  forwarded("Authorization: Bearer x.y.z\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 401 "));
  forwarded("");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 404 "));
  EXPECT_EQ(sink_.flags, "NR");
}

}  // namespace
}  // namespace weft::proxy
