// Which requests pass: one table of tokens against requirements of every kind.
#include "decide/token/token_judge.h"

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"
#include "jose/signing_for_test.h"

namespace weft::decide {
namespace {

using Kind = TokenRequirement::Kind;

constexpr int64_t kNow = 1'000'000;

class TokenJudgeTest : public testing::Test {
 protected:
  TokenJudgeTest() {
    rules_.providers = {provider("a", a_), provider("b", b_)};
    rules_.providers[0].audiences = {"api"};
  }

  static TokenProvider provider(const std::string& name, const jose::SigningKey& key) {
    TokenProvider made{.name = name, .issuer = "https://" + name};
    made.keys = *jose::KeySet::parse(key.jwks());
    made.headers = {{"authorization", "Bearer "}};
    made.parameters = {"access_token"};
    made.digest[0] = static_cast<uint8_t>(name[0]);
    return made;
  }
  static TokenRequirement leaf(size_t provider) { return {.kind = Kind::provider, .provider = provider}; }
  static TokenRequirement any(std::vector<TokenRequirement> parts) { return {.kind = Kind::any, .parts = parts}; }
  // What Istio asks for.
  static TokenRequirement any_or_none() {
    TokenRequirement requirement = any({leaf(0), leaf(1)});
    requirement.allows_missing = true;
    return requirement;
  }

  std::string token_of_a(const std::string& more = R"("exp":1000100,"aud":"api")") const {
    return a_.token("ES256", R"({"iss":"https://a","sub":"me",)" + more + "}");
  }
  std::string token_of_b() const { return b_.token("ES256", R"({"iss":"https://b","sub":"you"})"); }

  std::string judge(const TokenRequirement& requirement, const TestRequest& request) {
    const auto verdict = judge_.judge(rules_, requirement, request.head(), WallTime(std::chrono::seconds(now_)));
    if (verdict.fault) return std::string(text_of(*verdict.fault));
    std::string who;
    for (const auto& accepted : verdict.accepted)
      who += accepted.provider->name + ":" + std::string(accepted.claims->principal()) + " ";
    return who;
  }
  static TestRequest bearer(const std::string& token) {
    return TestRequest("/").header("authorization", "Bearer " + token);
  }

  jose::SigningKey a_ = jose::SigningKey::p256();
  jose::SigningKey b_ = jose::SigningKey::p256();
  TokenRules rules_;
  TokenJudge judge_;
  int64_t now_ = kNow;
};

TEST_F(TokenJudgeTest, AGoodTokenSaysWhoseRequestItIs) {
  EXPECT_EQ(judge(leaf(0), bearer(token_of_a())), "a:https://a/me ");
  EXPECT_EQ(judge(any_or_none(), bearer(token_of_b())), "b:https://b/you ");
}

TEST_F(TokenJudgeTest, NoTokenIsFineOnlyWhereItSaysSo) {
  EXPECT_EQ(judge(leaf(0), TestRequest("/")), "Jwt is missing");
  EXPECT_EQ(judge(any({leaf(0), leaf(1)}), TestRequest("/")), "Jwt is missing");
  EXPECT_EQ(judge(any_or_none(), TestRequest("/")), "");
  EXPECT_EQ(judge(any_or_none(), TestRequest("/").header("authorization", "Basic abc")), "");
  EXPECT_EQ(judge(any_or_none(), TestRequest("/").header("authorization", "Bearer")), "");
}

TEST_F(TokenJudgeTest, ABadTokenIsNeverLikeNone) {
  const std::string good = token_of_a();
  EXPECT_EQ(judge(any_or_none(), bearer("x")),
            "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections");
  EXPECT_EQ(judge(any_or_none(), bearer(good.substr(0, good.size() - 10))), "Jwt verification fails");
  EXPECT_EQ(judge(any_or_none(), bearer(b_.token("ES256", R"({"iss":"https://a","exp":1000100,"aud":"api"})"))),
            "Jwt verification fails");
  EXPECT_EQ(judge(any_or_none(), bearer(b_.token("ES256", R"({"iss":"https://c"})"))), "Jwt issuer is not configured");
  EXPECT_EQ(judge(any_or_none(), bearer(b_.token("ES256", R"({"sub":"x"})"))), "Jwt issuer is not configured");
  EXPECT_EQ(judge(any_or_none(), bearer(b_.token("ES256", R"({"iss":"HTTPS://B"})"))), "Jwt issuer is not configured");
}

TEST_F(TokenJudgeTest, TimesHaveALeewayOfAMinute) {
  const auto at = [&](const std::string& times) {
    return judge(leaf(0), bearer(token_of_a(R"("aud":"api",)" + times)));
  };
  EXPECT_EQ(at(R"("exp":999941)"), "a:https://a/me ");
  EXPECT_EQ(at(R"("exp":999939)"), "Jwt is expired");
  EXPECT_EQ(at(R"("nbf":1000060)"), "a:https://a/me ");
  EXPECT_EQ(at(R"("nbf":1000061)"), "Jwt not yet valid");
  EXPECT_EQ(at(R"("exp":0)"), "Jwt is expired");
  EXPECT_EQ(at(R"("x":0)"), "a:https://a/me ");
  rules_.providers[0].needs_expiry = true;
  EXPECT_EQ(at(R"("x":0)"), "Jwt has no expiration");
  rules_.providers[0].lifetime_max = std::chrono::hours(1);
  EXPECT_EQ(at(R"("iat":999000,"exp":1003000)"), "Jwt lives longer than allowed");
  EXPECT_EQ(at(R"("iat":999000,"exp":1002000)"), "a:https://a/me ");
}

TEST_F(TokenJudgeTest, AKnownTokenExpiresAllTheSame) {
  const std::string token = token_of_a();
  EXPECT_EQ(judge(leaf(0), bearer(token)), "a:https://a/me ");
  now_ += 160;
  EXPECT_EQ(judge(leaf(0), bearer(token)), "a:https://a/me ");
  now_ += 1;
  EXPECT_EQ(judge(leaf(0), bearer(token)), "Jwt is expired");
}

TEST_F(TokenJudgeTest, AKnownTokenIsCheckedAgainWhenItsProviderChanges) {
  const std::string token = token_of_a();
  EXPECT_EQ(judge(leaf(0), bearer(token)), "a:https://a/me ");
  rules_.providers[0].keys = *jose::KeySet::parse(b_.jwks());
  rules_.providers[0].digest[1] = 1;
  EXPECT_EQ(judge(leaf(0), bearer(token)), "Jwt verification fails");
}

TEST_F(TokenJudgeTest, OneOfTheAudiencesMustBeOurs) {
  const auto with = [&](const std::string& audience) {
    return judge(leaf(0), bearer(token_of_a("\"aud\":" + audience)));
  };
  EXPECT_EQ(with(R"("api")"), "a:https://a/me ");
  EXPECT_EQ(with(R"(["x","api"])"), "a:https://a/me ");
  EXPECT_EQ(with(R"("https://api/")"), "a:https://a/me ");
  for (const char* audience : {R"("api-evil")", R"("ap")", R"("API")", "[]", R"("")", R"(["x"])"}) {
    EXPECT_EQ(with(audience), "Audiences in Jwt are not allowed") << audience;
  }
  EXPECT_EQ(judge(leaf(0), bearer(token_of_a(R"("x":1)"))), "Audiences in Jwt are not allowed");
  TokenRequirement other = leaf(0);
  other.audiences = {"web"};
  EXPECT_EQ(judge(other, bearer(token_of_a(R"("aud":"web")"))), "a:https://a/me ");
  EXPECT_EQ(judge(other, bearer(token_of_a())), "Audiences in Jwt are not allowed");
}

TEST_F(TokenJudgeTest, TheSubjectMayBeAskedFor) {
  rules_.providers[0].subject = TextMatch(TextMatch::Kind::prefix, "m");
  EXPECT_EQ(judge(leaf(0), bearer(token_of_a())), "a:https://a/me ");
  rules_.providers[0].subject = TextMatch(TextMatch::Kind::exact, "you");
  EXPECT_EQ(judge(leaf(0), bearer(token_of_a())), "Subject in Jwt is not allowed");
}

TEST_F(TokenJudgeTest, SeveralTokensAreRefusedUnlessTheyAreOne) {
  const std::string a = token_of_a();
  const std::string b = token_of_b();
  const std::string other_a = token_of_a();  // signed again: another text
  const std::string several = "Found multiple Jwt tokens";
  const auto both = [&](const std::string& in_field, const std::string& in_query) {
    return judge(any_or_none(),
                 TestRequest("/?access_token=" + in_query).header("authorization", "Bearer " + in_field));
  };
  EXPECT_EQ(both(a, a), "a:https://a/me ");
  EXPECT_EQ(both(a, other_a), several);
  EXPECT_EQ(both(a, b), several);
  EXPECT_EQ(both(b, a), several);
  EXPECT_NE(both(a, "x.y.z"), "a:https://a/me ");
  EXPECT_NE(both("x.y.z", a), "a:https://a/me ");
  EXPECT_EQ(judge(any_or_none(), bearer(a).header("authorization", "Bearer " + b)), several);
  EXPECT_EQ(judge(any_or_none(), bearer(a).header("authorization", "Bearer x.y.z")),
            "Jwt header is an invalid Base64url encoded");
  EXPECT_EQ(judge(any_or_none(), TestRequest("/?access_token=" + a + "&access_token=" + b)), several);
}

TEST_F(TokenJudgeTest, EachProviderLooksInItsOwnPlaces) {
  rules_.providers[0].headers = {{"x-token", ""}, {"x-other", "JWT "}};
  rules_.providers[0].parameters = {"t"};
  rules_.providers[0].cookies = {"session"};
  const std::string a = token_of_a();
  const std::string who = "a:https://a/me ";
  EXPECT_EQ(judge(leaf(0), TestRequest("/").header("x-token", a)), who);
  EXPECT_EQ(judge(leaf(0), TestRequest("/").header("x-other", "jwt " + a)), who);
  EXPECT_EQ(judge(leaf(0), TestRequest("/x?a=b&t=" + a)), who);
  EXPECT_EQ(judge(leaf(0), TestRequest("/").header("cookie", "x=y; session=" + a + "; z")), who);
  EXPECT_EQ(judge(leaf(0), bearer(a)), "Jwt is missing");
  EXPECT_EQ(judge(leaf(0), TestRequest("/?access_token=" + a)), "Jwt is missing");
}

TEST_F(TokenJudgeTest, AllMeansEachOne) {
  rules_.providers[1].headers = {{"x-b", ""}};
  const TokenRequirement all{.kind = Kind::all, .parts = {leaf(0), leaf(1)}};
  EXPECT_EQ(judge(all, bearer(token_of_a())), "Jwt is missing");
  EXPECT_EQ(judge(all, bearer(token_of_a()).header("x-b", token_of_b())), "a:https://a/me b:https://b/you ");
}

// any(P0, P1, all(any(P0, none), any(P1, none))): what istiod asks of workloads with several rules.
TEST_F(TokenJudgeTest, IstiosShapeForSeveralProvidersIsUnderstood) {
  const auto if_present = [](size_t provider) {
    TokenRequirement requirement = any({leaf(provider)});
    requirement.allows_missing = true;
    return requirement;
  };
  const TokenRequirement shape = any({leaf(0), leaf(1), {.kind = Kind::all, .parts = {if_present(0), if_present(1)}}});
  EXPECT_EQ(judge(shape, TestRequest("/")), "");
  EXPECT_EQ(judge(shape, bearer(token_of_a())), "a:https://a/me ");
  EXPECT_EQ(judge(shape, bearer(token_of_b())), "b:https://b/you ");
  EXPECT_EQ(judge(shape, bearer(b_.token("ES256", R"({"iss":"https://c"})"))), "Jwt issuer is not configured");
  EXPECT_EQ(judge(shape, bearer(token_of_a(R"("exp":1,"aud":"api")"))), "Jwt is expired");
  rules_.providers[1].headers = {{"x-b", ""}};
  EXPECT_EQ(judge(shape, bearer(token_of_a()).header("x-b", token_of_b())), "Found multiple Jwt tokens");
  const std::string same = token_of_a();
  EXPECT_EQ(judge(shape, bearer(same).header("x-b", same)), "a:https://a/me ");
  EXPECT_EQ(judge(shape, bearer(token_of_a()).header("x-b", "x.y.z")), "Jwt header is an invalid Base64url encoded");
}

TEST_F(TokenJudgeTest, AFailedOneCountsAsNoneWhereItSaysSo) {
  TokenRequirement lenient = any_or_none();
  lenient.allows_failed = true;
  EXPECT_EQ(judge(lenient, bearer("x")), "");
  EXPECT_EQ(judge(lenient, bearer(token_of_a())), "a:https://a/me ");
  EXPECT_EQ(judge(lenient, bearer(token_of_a()).header("authorization", "Bearer " + token_of_b())), "");
}

TEST_F(TokenJudgeTest, NobodyIsBelievedWithoutKeys) {
  rules_.providers[0].keys = {};
  EXPECT_EQ(judge(any_or_none(), bearer(token_of_a())), "Jwks doesn't have any valid public key");
}

TEST(TokenRules, TheFirstRuleThatMatchesHolds) {
  TokenRules rules;
  rules.rules.push_back(
      {{.path = {PathMatch::Kind::prefix, TextMatch(TextMatch::Kind::prefix, "/open")}}, std::nullopt});
  rules.rules.push_back(
      {{.path = {PathMatch::Kind::prefix, TextMatch(TextMatch::Kind::prefix, "/api")}}, TokenRequirement{}});
  EXPECT_EQ(rules.requirement_for(TestRequest("/open").head()), nullptr);
  EXPECT_EQ(rules.requirement_for(TestRequest("/api").head()), &*rules.rules[1].requirement);
  EXPECT_EQ(rules.requirement_for(TestRequest("/").head()), nullptr);
}

TEST(TokenRules, OnlyAWholePreflightPasses) {
  TokenRules rules{.lets_preflights_pass = true};
  rules.rules.push_back({{}, TokenRequirement{}});
  const auto is_asked = [&](const TestRequest& request, std::string_view method) {
    RequestHead head = request.head();
    head.method = method;
    return rules.requirement_for(head) != nullptr;
  };
  const auto preflight = [] {
    return TestRequest("/").header("origin", "https://x").header("access-control-request-method", "GET");
  };
  EXPECT_FALSE(is_asked(preflight(), "OPTIONS"));
  EXPECT_TRUE(is_asked(preflight(), "GET"));
  EXPECT_TRUE(is_asked(preflight(), "options"));
  EXPECT_TRUE(is_asked(TestRequest("/").header("origin", "https://x"), "OPTIONS"));
  EXPECT_TRUE(is_asked(TestRequest("/").header("access-control-request-method", "GET"), "OPTIONS"));
  EXPECT_TRUE(
      is_asked(TestRequest("/").header("origin", "").header("access-control-request-method", "GET"), "OPTIONS"));
  rules.lets_preflights_pass = false;
  EXPECT_TRUE(is_asked(preflight(), "OPTIONS"));
}

}  // namespace
}  // namespace weft::decide
