#include "decide/token/verified_tokens.h"

#include <gtest/gtest.h>

#include "jose/base64url.h"

namespace weft::decide {
namespace {

ClaimsPtr some_claims() {
  const std::string text = jose::base64url(R"({"alg":"RS256"})") + "." + jose::base64url("{}") + ".c2ln";
  return std::make_shared<const Claims>(*jose::Token::parse(text), std::span<const std::string>());
}

TEST(VerifiedTokens, AreKnownUnderTheProviderThatVerifiedThem) {
  VerifiedTokens tokens;
  const auto claims = some_claims();
  tokens.put("a.b.c", {1}, claims);
  EXPECT_EQ(tokens.find("a.b.c", {1}), claims);
  EXPECT_EQ(tokens.find("a.b.c", {2}), nullptr);
  EXPECT_EQ(tokens.find("a.b.d", {1}), nullptr);
}

TEST(VerifiedTokens, KeepsWhatIsUsedAndForgetsTheRest) {
  VerifiedTokens tokens;
  const auto claims = some_claims();
  tokens.put("used", {1}, claims);
  tokens.put("unused", {1}, claims);
  const std::string filler(16 * 1024, 'x');
  for (int i = 0; i < 200; ++i) {  // some three generations
    tokens.put(filler + std::to_string(i), {1}, claims);
    EXPECT_NE(tokens.find("used", {1}), nullptr);
  }
  EXPECT_EQ(tokens.find("unused", {1}), nullptr);
  EXPECT_EQ(tokens.find(filler + "0", {1}), nullptr);
  EXPECT_NE(tokens.find(filler + "199", {1}), nullptr);
}

}  // namespace
}  // namespace weft::decide
