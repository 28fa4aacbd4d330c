#include "control/ca/pod_tokens.h"

#include <gtest/gtest.h>

#include "jose/base64url.h"

namespace weft::control {
namespace {

class PodTokensTest : public testing::Test {
 protected:
  static PodTokens::Key key(uint8_t fill) {
    PodTokens::Key result;
    result.fill(fill);
    return result;
  }
  std::string mint() const { return tokens_.mint(identity_, std::chrono::hours(1)).text; }

  PodIdentity identity_{"nodejs-app", "default", "nodejs-api-v1-5d8f-abcde", "7e3c"};
  ManualClock clock_;
  PodTokens tokens_{key(7), clock_};
};

TEST_F(PodTokensTest, AMintedTokenSpeaksForItsPod) {
  const auto identity = tokens_.verify(mint());
  ASSERT_TRUE(identity) << identity.error().detail;
  EXPECT_EQ(identity->space, "nodejs-app");
  EXPECT_EQ(identity->service_account, "default");
  EXPECT_EQ(identity->pod, "nodejs-api-v1-5d8f-abcde");
  EXPECT_EQ(identity->pod_uid, "7e3c");
}

TEST_F(PodTokensTest, EndsAfterItsLifetimeAndALeeway) {
  const std::string token = mint();
  clock_.advance(std::chrono::hours(1) + std::chrono::seconds(59));
  EXPECT_TRUE(tokens_.verify(token));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(tokens_.verify(token).error().detail, "the pod token is not valid: it has expired");
}

TEST_F(PodTokensTest, RefusesATokenOfAnotherKey) {
  EXPECT_EQ(PodTokens(key(8), clock_).verify(mint()).error().reason, Reason::denied);
}

TEST_F(PodTokensTest, RefusesEverySingleFlippedCharacter) {
  const std::string token = mint();
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens_.verify(changed)) << at;
  }
}

TEST_F(PodTokensTest, RefusesUnsignedTokens) {
  const std::string token = mint();
  const std::string claims = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
  EXPECT_FALSE(tokens_.verify(jose::base64url(R"({"alg":"none"})") + "." + claims + "."));
  EXPECT_FALSE(tokens_.verify(token.substr(0, token.rfind('.') + 1)));
}

TEST_F(PodTokensTest, RefusesWhatIsNoToken) {
  for (const std::string text : {"", ".", "..", "...", "a.b.c", "Bearer x"}) EXPECT_FALSE(tokens_.verify(text)) << text;
  EXPECT_FALSE(tokens_.verify(std::string(100'000, 'A')));
}

TEST(Base64Url, ReadsWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(jose::from_base64url(jose::base64url(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
  EXPECT_EQ(jose::base64url("\xfb\xff"), "-_8");
}

TEST(Base64Url, RefusesASecondSpellingOfTheSameBytes) {
  EXPECT_TRUE(jose::from_base64url("-_8"));
  EXPECT_FALSE(jose::from_base64url("-_9"));
  EXPECT_FALSE(jose::from_base64url("-_8="));
  EXPECT_FALSE(jose::from_base64url("-_8A-"));
  EXPECT_FALSE(jose::from_base64url("+/8"));
}

}  // namespace
}  // namespace weft::control
