#include "control/jwks/key_documents.h"

#include <gtest/gtest.h>

#include "jose/key_set.h"
#include "jose/signing_for_test.h"

namespace weft::control {
namespace {

TEST(KeyDocuments, NeitherSecretsNorPrivateKeysGoToProxies) {
  const auto key = jose::SigningKey::p256();
  const std::string secret = R"({"kty":"oct","k":")" + jose::base64url(std::string(32, 's')) + "\"}";
  const auto set =
      public_key_set(R"({"keys":[)" + key.jwk(R"("kid":"a","d":"AAAA","x5c":["x"])") + "," + secret + "]}");
  ASSERT_TRUE(set) << set.error().detail;
  EXPECT_EQ(set->find("\"d\""), std::string::npos);
  EXPECT_EQ(set->find("x5c"), std::string::npos);
  EXPECT_EQ(set->find("oct"), std::string::npos);
  const auto keys = jose::KeySet::parse(*set);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->keys().size(), 1u);
  EXPECT_EQ(keys->keys()[0].id(), "a");
  EXPECT_FALSE(public_key_set(R"({"keys":[)" + secret + "]}"));
  EXPECT_FALSE(public_key_set("nonsense"));
}

TEST(KeyDocuments, AConfigurationIsItsIssuersOwn) {
  const std::string document = R"({"issuer":"https://a","jwks_uri":"https://a/keys"})";
  EXPECT_EQ(key_set_url(document, "https://a").value(), "https://a/keys");
  EXPECT_FALSE(key_set_url(document, "https://b"));
  EXPECT_FALSE(key_set_url(R"({"issuer":"https://a"})", "https://a"));
  EXPECT_FALSE(key_set_url(R"({"issuer":"https://a","jwks_uri":7})", "https://a"));
  EXPECT_FALSE(key_set_url("[]", "https://a"));
}

}  // namespace
}  // namespace weft::control
