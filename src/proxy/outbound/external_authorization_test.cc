// Requests that an authorizer is asked about: what it is shown, what its answers do, and what happens without one.
#include "decide/authorization/external_authorization.h"

#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using decide::TextMatch;

decide::FieldNames names(std::initializer_list<std::string_view> list) {
  decide::FieldNames all;
  for (const auto name : list) all.patterns.emplace_back(TextMatch::Kind::exact, name, decide::Case::ignored);
  return all;
}

class ExternalAuthorizationTest : public ProxiedTest {
 protected:
  static constexpr decide::ClusterId kAuthorizer{1};

  // Cluster 1 has the one endpoint 10.0.0.2:9000.
  void begin() {
    auto authorizer = std::make_shared<decide::Cluster>();
    authorizer->id = kAuthorizer;
    authorizer->name = "authorizer";
    more_clusters_.push_back(authorizer);
    external_.cluster = kAuthorizer;
    external_.timeout = std::chrono::seconds(2);
    chain_.external_authorization = std::make_shared<const decide::ExternalAuthorization>(external_);
    start();
    set_endpoints(kAuthorizer, {{.address = {*decide::IpAddress::parse("10.0.0.2"), 9000}}});
  }
  decide::HttpQuestion& question() { return std::get<decide::HttpQuestion>(external_.question); }

  void ask_about(std::string_view path) {
    decide::AccessRules rules{.action = decide::AccessRules::Action::deny};
    rules.policies.push_back(
        {"r", decide::AccessCondition(decide::AccessPathMatch{TextMatch(TextMatch::Kind::exact, path)}), ""});
    external_.asked_about = std::move(rules);
  }

  decide::ExternalAuthorization external_;
};

TEST_F(ExternalAuthorizationTest, IsShownTheRequestWithoutItsBody) {
  question() = {.path_prefix = "/check", .shown = names({"cookie"}), .added = {{"x-from", "weft"}}};
  begin();
  send("POST /a?b HTTP/1.1\r\nHost: shop\r\nCookie: c=1\r\nX-Secret: s\r\nContent-Length: 2\r\n\r\nhi");
  const std::string asked_for = asked();
  EXPECT_TRUE(asked_for.starts_with("POST /check/a?b HTTP/1.1\r\n")) << asked_for;
  EXPECT_TRUE(asked_for.contains("ost: shop\r\n")) << asked_for;
  EXPECT_TRUE(asked_for.contains("cookie: c=1\r\n")) << asked_for;
  EXPECT_TRUE(asked_for.contains("x-from: weft\r\n")) << asked_for;
  EXPECT_TRUE(asked_for.contains("content-length: 0\r\n")) << asked_for;
  EXPECT_FALSE(asked_for.contains("secret")) << asked_for;
  EXPECT_TRUE(asked_for.ends_with("\r\n\r\n")) << asked_for;
}

TEST_F(ExternalAuthorizationTest, LetsPassWhatItAllowsWithItsFields) {
  question() = {.set_for_endpoint = names({"x-user"}), .told_to_allowed = names({"x-told"})};
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\nX-User: liar\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nX-User: ann\r\nX-Other: o\r\nX-Told: t\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_EQ(dialer_.endpoints.size(), 2u);
  const std::string forwarded = asked(1);
  EXPECT_TRUE(forwarded.contains("x-user: ann\r\n")) << forwarded;
  EXPECT_FALSE(forwarded.contains("liar")) << forwarded;
  EXPECT_FALSE(forwarded.contains("x-other")) << forwarded;
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1);
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK")) << response;
  EXPECT_TRUE(response.contains("x-told: t\r\n")) << response;
}

TEST_F(ExternalAuthorizationTest, RefusesInItsOwnWords) {
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 2\r\n\r\ngo");
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 302 Found\r\n")) << response;
  EXPECT_TRUE(response.contains("location: /login\r\n")) << response;
  EXPECT_FALSE(response.contains("policy")) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\ngo")) << response;
  EXPECT_EQ(sink_.details, "ext_authz_denied");
  EXPECT_EQ(sink_.flags, "UAEX");
  EXPECT_EQ(dialer_.endpoints.size(), 1u);
}

TEST_F(ExternalAuthorizationTest, TellsRefusedClientsOnlyWhatIsListed) {
  question().told_to_refused = names({"x-why"});
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 401 No\r\nX-Why: w\r\nX-Inner: i\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
  const std::string response = received();
  EXPECT_TRUE(response.contains("x-why: w\r\n")) << response;
  EXPECT_TRUE(response.contains("www-authenticate: Basic\r\n")) << response;
  EXPECT_FALSE(response.contains("x-inner")) << response;
}

TEST_F(ExternalAuthorizationTest, AServersErrorIsNoOpinion) {
  external_.status_on_failure = 503;
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.details, "ext_authz_error");
  EXPECT_EQ(sink_.flags, "UAEX");
}

TEST_F(ExternalAuthorizationTest, WithoutAnAnswerInTimeNobodyPasses) {
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  advance(std::chrono::milliseconds(1999));
  EXPECT_EQ(received(), "");
  advance(std::chrono::milliseconds(2));
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 "));
}

TEST_F(ExternalAuthorizationTest, WithoutAnAnswerEverybodyPassesWhereThatIsWanted) {
  external_.passes_on_failure = true;
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  advance(std::chrono::seconds(3));
  ASSERT_EQ(dialer_.endpoints.size(), 2u);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK"));
}

TEST_F(ExternalAuthorizationTest, IsAskedOnlyAboutWhatItsRulesName) {
  ask_about("/guarded");
  begin();
  send("GET /open HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK"));
  EXPECT_TRUE(dialer_.endpoints.size() == 1u);
  send("GET /guarded HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(dialer_.endpoints.size(), 2u);
  EXPECT_TRUE(asked(1).starts_with("GET /guarded HTTP/1.1\r\n"));
}

TEST_F(ExternalAuthorizationTest, MayNotChangeHowTheRequestIsFramed) {
  question().set_for_endpoint.patterns.emplace_back(TextMatch::Kind::prefix, "");
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nX-A: b\r\nTE: trailers\r\nContent-Length: 0\r\n\r\n");
  const std::string forwarded = asked(1);
  EXPECT_TRUE(forwarded.contains("x-a: b\r\n")) << forwarded;
  EXPECT_FALSE(forwarded.contains("te: ")) << forwarded;
  EXPECT_FALSE(forwarded.contains("content-length")) << forwarded;
}

TEST_F(ExternalAuthorizationTest, ClaimsThatItHasNotSeenDoNotPass) {
  question() = {.shown = names({"x-shown"}), .set_for_endpoint = names({"x-user", "x-shown"})};
  external_.passes_on_failure = true;
  begin();
  const char* const request = "GET / HTTP/1.1\r\nHost: a\r\nX-User: liar\r\nX_User: liar\r\nX-Shown: s\r\n\r\n";
  send(request);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  std::string forwarded = asked(1);
  EXPECT_FALSE(forwarded.contains("liar")) << forwarded;
  EXPECT_TRUE(forwarded.contains("x-shown: s\r\n")) << forwarded;
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1);
  send(request);
  answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  forwarded = asked(1);
  EXPECT_TRUE(forwarded.starts_with("GET / ")) << forwarded;
  EXPECT_FALSE(forwarded.contains("x-user")) << forwarded;
}

TEST_F(ExternalAuthorizationTest, SeesTheBodyThatTheEndpointGetsAllOf) {
  external_.body = decide::ShownBody{.bytes_max = 8};
  begin();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nabc");
  EXPECT_TRUE(dialer_.endpoints.empty());  // not before it is complete
  send("defgh");
  const std::string question = asked();
  EXPECT_TRUE(question.contains("content-length: 8\r\n")) << question;
  EXPECT_TRUE(question.contains("x-envoy-auth-partial-body: false\r\n")) << question;
  EXPECT_TRUE(question.ends_with("\r\n\r\nabcdefgh")) << question;
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(asked(1).ends_with("\r\n\r\nabcdefgh"));
}

TEST_F(ExternalAuthorizationTest, ALongerBodyThanItMaySeeIsRefused) {
  external_.body = decide::ShownBody{.bytes_max = 4};
  begin();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(sink_.details, "request_payload_too_large");
  EXPECT_TRUE(dialer_.endpoints.empty());
}

TEST_F(ExternalAuthorizationTest, SeesTheBeginningOfALongerBodyWhereThatIsEnough) {
  external_.body = decide::ShownBody{.bytes_max = 4, .may_be_cut = true};
  begin();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab");
  send("cdef");
  const std::string question = asked();
  EXPECT_TRUE(question.contains("x-envoy-auth-partial-body: true\r\n")) << question;
  EXPECT_TRUE(question.ends_with("\r\n\r\nabcd")) << question;
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(asked(1).ends_with("\r\n\r\nabcdef"));
  send("ghij");
  EXPECT_EQ(asked(1), "ghij");
}

TEST_F(ExternalAuthorizationTest, AnAnswerThatIsNoHttpIsNone) {
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 "));
  EXPECT_EQ(sink_.details, "ext_authz_error");
}

// The service answers with a page without an end: the refusal stands, and where failures pass it does so all the more.
TEST_F(ExternalAuthorizationTest, ARefusalWhoseBodyIsTooLongIsStillOne) {
  external_.passes_on_failure = true;
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 300000\r\n\r\n");
  for (int i = 0; i < 30 && sink_.exchanges == 0; ++i) answer(std::string(10000, 'x'));
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 403 ")) << response;
  EXPECT_EQ(sink_.details, "ext_authz_denied");
}

TEST_F(ExternalAuthorizationTest, ItsTimeIsNoPartOfTheRoutes) {
  forward().timeout = std::chrono::seconds(1);
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  advance(std::chrono::milliseconds(1500));
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(dialer_.endpoints.size(), 2u);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK"));
}

TEST_F(ExternalAuthorizationTest, WhatItChangesMayChooseAnotherRoute) {
  question().set_for_endpoint = names({"x-tenant"});
  external_.routes_again = true;
  decide::Route route{.name = "blue"};
  route.match.headers.push_back({.name = "x-tenant", .rule = TextMatch(TextMatch::Kind::exact, "blue")});
  route.action = decide::DirectResponse{.status = 299};
  table_.hosts[0].routes.insert(table_.hosts[0].routes.begin(), route);
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nX-Tenant: blue\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 299 "));
}

TEST_F(ExternalAuthorizationTest, AClientThatLeavesIsNotWaitedFor) {
  begin();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client_.reset();
  turn();
  EXPECT_EQ(sink_.flags, "DC");
}

TEST_F(ExternalAuthorizationTest, AClientThatLeavesBeforeItsBodyIsThereAsksNobody) {
  external_.body = decide::ShownBody{.bytes_max = 8};
  begin();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nabc");
  client_.reset();
  turn();
  EXPECT_EQ(sink_.flags, "DC");
  EXPECT_TRUE(dialer_.endpoints.empty());
}

TEST_F(ExternalAuthorizationTest, WithoutItsClusterNobodyPasses) {
  external_.cluster = decide::ClusterId(7);
  chain_.external_authorization = std::make_shared<const decide::ExternalAuthorization>(external_);
  start();
  send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 403 "));
  EXPECT_EQ(sink_.flags, "UAEX");
}

}  // namespace
}  // namespace weft::proxy
