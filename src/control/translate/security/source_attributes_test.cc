// Whom rules of AuthorizationPolicies name, translated, compiled and asked about clients that nearly fit.
#include <envoy/config/rbac/v3/rbac.pb.h>
#include <gtest/gtest.h>

#include "control/translate/security/attributes.h"
#include "control/translate/security/authorization_rule.h"
#include "decide/compile/access_condition.h"
#include "decide/routing/request_for_test.h"
#include "jose/base64url.h"

namespace weft::control::translate {
namespace {

using Texts = std::vector<std::string>;

// Whether "KEY is one of VALUES", in a policy of the namespace "shop", holds for an access.
bool holds(std::string_view key, const Texts& texts, const decide::Access& access) {
  const auto* attribute = source_attribute(key);
  if (attribute == nullptr) return false;
  const auto condition = decide::compile_principal(attribute->any_of({key, "shop", texts}));
  EXPECT_TRUE(condition) << key << ": " << condition.error().detail;
  std::string scratch;
  return condition && condition->holds(access, scratch);
}

struct OfPeer {
  const char* key;
  const char* text;
  const char* peer;  // behind "spiffe://"
  bool expected;
};

TEST(SourceAttributes, IdentitiesAreNamedWholeOrByWhatTheirKindSays) {
  const char* const kShop = "cluster.local/ns/shop/sa/api";
  for (const auto& [key, text, peer_name, expected] : std::initializer_list<OfPeer>{
           {"source.principal", "cluster.local/ns/shop/sa/api", kShop, true},
           {"source.principal", "cluster.local/ns/shop/sa/ap", kShop, false},
           {"source.principal", "cluster.local/ns/shop/*", kShop, true},
           {"source.principal", "cluster.local/ns/sho*", kShop, true},
           {"source.principal", "*/sa/api", kShop, true},
           {"source.principal", "*/sa/ap", kShop, false},
           {"source.principal", "*.local/ns/shop/sa/api", "clusterxlocal/ns/shop/sa/api", false},
           {"source.principal", "*", kShop, true},
           {"source.namespace", "shop", kShop, true},
           {"source.namespace", "sho", kShop, false},
           {"source.namespace", "hop", kShop, false},
           {"source.namespace", "sho*", kShop, true},
           {"source.namespace", "*op", kShop, true},
           {"source.namespace", "*", kShop, true},
           {"source.namespace", "s.op", kShop, false},
           {"source.namespace", "shop", "cluster.local/ns/other/sa/shop", false},
           {"source.serviceAccount", "api", kShop, true},
           {"source.serviceAccount", "ap", kShop, false},
           {"source.serviceAccount", "api", "cluster.local/ns/other/sa/api", false},
           {"source.serviceAccount", "other/api", "cluster.local/ns/other/sa/api", true},
           {"source.serviceAccount", "other/api", kShop, false},
           {"source.serviceAccount", "a.i", kShop, false},
           {"source.serviceAccount", "api", "cluster.local/ns/shop/x/y/sa/api/z", true},
           {"source.serviceAccount", "api", "cluster.local/ns/shop/sa/api-2", false},
           {"source.trustDomain", "cluster.local", kShop, true},
           {"source.trustDomain", "cluster", kShop, false},
           {"source.trustDomain", "cluster.local", "cluster.local.evil/ns/shop/sa/api", false},
           {"source.trustDomain", "cluster.*", kShop, true},
           {"source.trustDomain", "*.local", kShop, true},
           {"source.trustDomain", "*.local", "evil/x.local/ns/shop/sa/api", false},
           {"source.trustDomain", "*", kShop, true},
       }) {
    const decide::Peer peer{.uri = std::string("spiffe://") + peer_name};
    EXPECT_EQ(holds(key, {text}, {.peer = &peer}), expected) << key << " " << text << " of " << peer_name;
    EXPECT_FALSE(holds(key, {text}, {})) << key << " " << text << " of nobody";
  }
}

TEST(SourceAttributes, OneOfSeveralTextsIsEnough) {
  const decide::Peer peer{.uri = "spiffe://cluster.local/ns/shop/sa/api"};
  EXPECT_TRUE(holds("source.namespace", {"a", "shop"}, {.peer = &peer}));
  EXPECT_FALSE(holds("source.namespace", {"a", "b"}, {.peer = &peer}));
}

TEST(SourceAttributes, AddressesAreTheConnectionsOrTheClients) {
  const auto ip = [](const char* text) { return *decide::IpAddress::parse(text); };
  const decide::Access access{.direct = ip("10.0.0.1"), .remote = ip("fd00::7")};
  for (const auto& [key, range, expected] : std::initializer_list<std::tuple<const char*, const char*, bool>>{
           {"source.ip", "10.0.0.1", true},
           {"source.ip", "10.0.0.0/31", true},
           {"source.ip", "10.0.0.0", false},
           {"source.ip", "0.0.0.0/0", true},
           {"source.ip", "fd00::7", false},
           {"remote.ip", "fd00::7", true},
           {"remote.ip", "fd00::/8", true},
           {"remote.ip", "fd00::", false},
           {"remote.ip", "10.0.0.1", false},
       })
    EXPECT_EQ(holds(key, {range}, access), expected) << key << " " << range;
}

TEST(SourceAttributes, FieldsAreComparedByLettersAndAStarAsksForPresence) {
  const decide::TestRequest request = decide::TestRequest("/").header("x-team", "Blue").header("x-empty", "");
  const decide::RequestHead head = request.head();
  for (const auto& [key, text, expected] : std::initializer_list<std::tuple<const char*, const char*, bool>>{
           {"request.headers[X-Team]", "Blue", true},
           {"request.headers[x-team]", "blue", false},
           {"request.headers[x-team]", "Bl*", true},
           {"request.headers[x-team]", "*ue", true},
           {"request.headers[x-team]", "*", true},
           {"request.headers[x-empty]", "*", true},
           {"request.headers[x-none]", "*", false},
           {"request.headers[:method]", "GET", true},
       })
    EXPECT_EQ(holds(key, {text}, {.request = &head}), expected) << key << " " << text;
}

TEST(SourceAttributes, ClaimsOfATokenAreTextsOrListsAtTheirPath) {
  const std::string payload = R"({"iss":"https://a.test/x","sub":"ann","aud":["shop","pay"],"azp":"app",)"
                              R"("groups":["dev","ops"],"deep":{"er":"yes"},"a.b":"dot"})";
  const std::string text = jose::base64url(R"({"alg":"RS256"})") + "." + jose::base64url(payload) + ".c2ln";
  const decide::Claims claims(*jose::Token::parse(text), {});
  for (const auto& [key, value, expected] : std::initializer_list<std::tuple<const char*, const char*, bool>>{
           {"request.auth.principal", "https://a.test/x/ann", true},
           {"request.auth.principal", "https://a.test/x/an", false},
           {"request.auth.principal", "https://a.test/ann", false},
           {"request.auth.principal", "*", true},
           {"request.auth.principal", "*/ann", true},
           {"request.auth.principal", "*/bob", false},
           {"request.auth.principal", "https://a.test/x/*", true},
           {"request.auth.principal", "https://b.test/x/*", false},
           {"request.auth.principal", "*nn", true},
           {"request.auth.principal", "https://a.test/x", false},
           {"request.auth.audiences", "pay", true},
           {"request.auth.audiences", "pa*", true},
           {"request.auth.audiences", "other", false},
           {"request.auth.presenter", "app", true},
           {"request.auth.presenter", "ap", false},
           {"request.auth.claims[groups]", "ops", true},
           {"request.auth.claims[groups]", "dev,ops", false},
           {"request.auth.claims[deep][er]", "yes", true},
           {"request.auth.claims[deep]", "yes", false},
           {"request.auth.claims[er]", "yes", false},
           {"request.auth.claims[a.b]", "dot", true},
           {"request.auth.claims[none]", "*", false},
       }) {
    EXPECT_EQ(holds(key, {value}, {.claims = &claims}), expected) << key << " " << value;
    EXPECT_FALSE(holds(key, {value}, {})) << key << " without a token";
  }
}

TEST(SourceAttributes, AreKnownByTheirWholeNameOrTheOneBeforeTheBracket) {
  for (const char* key : {"source.ip", "source.principal", "request.auth.claims[a]", "request.headers[a]"})
    EXPECT_NE(source_attribute(key), nullptr) << key;
  for (const char* key : {"", "source", "source.ips", "source.ip ", "Source.ip", "request.auth.claims",
                          "request.headers", "destination.port", "paths", "hosts"})
    EXPECT_EQ(source_attribute(key), nullptr) << key;
}

TEST(SourceAttributes, OfBytesOnlyTheConnectionIsSeen) {
  for (const char* key : {"source.ip", "remote.ip", "source.namespace", "source.trustDomain", "source.principal",
                          "source.serviceAccount"})
    EXPECT_EQ(source_attribute(key)->needs, Seen::connections) << key;
  for (const char* key : {"request.auth.principal", "request.auth.audiences", "request.auth.presenter",
                          "request.auth.claims[a]", "request.headers[a]"})
    EXPECT_EQ(source_attribute(key)->needs, Seen::requests) << key;
}

// A policy may have been stored before the API knew better: what its condition means is not known.
TEST(SourceAttributes, AConditionThatNobodyKnowsLetsNobodyIn) {
  const TrustDomains domains{api::istio::MeshConfig{}};
  api::istio::AuthorizationRule rule;
  rule.when.push_back({.key = "request.auth.claimss[group]", .values = {"admin"}});
  EXPECT_FALSE(translate_rule(rule, "shop", {Seen::requests, Unseen::voids_the_rule, domains}));
  const auto refusing = translate_rule(rule, "shop", {Seen::requests, Unseen::is_passed_over, domains});
  ASSERT_TRUE(refusing);
  EXPECT_EQ(refusing->principals_size(), 1) << "and everybody is refused by it";
}

}  // namespace
}  // namespace weft::control::translate
