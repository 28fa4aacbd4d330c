#include "decide/token/claims.h"

#include <gtest/gtest.h>

#include "jose/base64url.h"

namespace weft::decide {
namespace {

Claims claims_of(std::string_view payload, const std::vector<std::string>& space_delimited = {}) {
  const std::string text = jose::base64url(R"({"alg":"RS256"})") + "." + jose::base64url(payload) + ".c2ln";
  return Claims(*jose::Token::parse(text), space_delimited);
}

bool says(const Claims& claims, const ClaimPath& path, std::string_view wanted) {
  return claims.any(path, [&](std::string_view text) { return text == wanted; });
}

TEST(Claims, NameThePrincipalByIssuerAndSubject) {
  EXPECT_EQ(claims_of(R"({"iss":"https://a","sub":"me"})").principal(), "https://a/me");
  EXPECT_EQ(claims_of(R"({"iss":"https://a"})").principal(), "");
  EXPECT_EQ(claims_of(R"({"sub":"me"})").principal(), "");
}

TEST(Claims, TellAudiencesAndPresenter) {
  const Claims claims = claims_of(R"({"aud":["a","b"],"azp":"client"})");
  EXPECT_EQ(claims.audiences(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(claims.presenter(), "client");
  EXPECT_EQ(claims_of(R"({"azp":7})").presenter(), "");
}

TEST(Claims, AreTextsOrListsOfTextsAlsoOneBelowAnother) {
  const Claims claims = claims_of(R"({"group":"g","groups":["a","b",7],"realm":{"roles":["r"]},"n":7,"t":true})");
  EXPECT_TRUE(says(claims, {"group"}, "g"));
  EXPECT_TRUE(says(claims, {"groups"}, "b"));
  EXPECT_FALSE(says(claims, {"groups"}, "7"));
  EXPECT_TRUE(says(claims, {"realm", "roles"}, "r"));
  EXPECT_FALSE(says(claims, {"realm"}, "r"));
  EXPECT_FALSE(says(claims, {"n"}, "7"));
  EXPECT_FALSE(says(claims, {"group", "g"}, "g"));
  EXPECT_FALSE(says(claims, {}, "g"));
  EXPECT_EQ(claims.find(ClaimPath{"n"})->text, "7");
  EXPECT_EQ(claims.find(ClaimPath{"none", "of", "these"}), nullptr);
}

TEST(Claims, SplitScopesAtBlanks) {
  const Claims claims = claims_of(R"({"scope":"read  write","other":"x y"})", {"scope"});
  EXPECT_TRUE(says(claims, {"scope"}, "read"));
  EXPECT_TRUE(says(claims, {"scope"}, "write"));
  EXPECT_FALSE(says(claims, {"scope"}, "read  write"));
  EXPECT_FALSE(says(claims, {"scope"}, ""));
  EXPECT_TRUE(says(claims, {"other"}, "x y"));
}

}  // namespace
}  // namespace weft::decide
