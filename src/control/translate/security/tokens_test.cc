#include "control/translate/security/tokens.h"

#include <envoy/extensions/filters/http/jwt_authn/v3/config.pb.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "jose/base64url.h"
#include "jose/key_set.h"

namespace weft::control::translate {
namespace {

using envoy::extensions::filters::http::jwt_authn::v3::JwtAuthentication;

// The filter that a workload gets for these rules; empty when it gets none.
class TokensTranslation : public testing::Test {
 protected:
  void apply(const std::string& name, const std::string& spec, const std::string& annotations = "{}") {
    builder_.apply({mesh::object("security.istio.io/requestauthentications", "shop", name,
                                 "metadata: {annotations: " + annotations + "}\nspec: " + spec)});
  }
  JwtAuthentication filter() const {
    const mesh::MeshView& view = *builder_.view();
    Guards guards;
    add_tokens(view.request_authentications().selecting("shop", {}, view.root_space()), view.key_sets(), guards);
    JwtAuthentication message;
    if (!guards.http.empty()) guards.http.at(0).typed_config().UnpackTo(&message);
    return message;
  }

  mesh::MeshBuilder builder_;
};

TEST_F(TokensTranslation, NoRuleIsNoFilter) {
  EXPECT_EQ(filter().providers_size(), 0);
  apply("empty", "{jwtRules: []}");
  EXPECT_EQ(filter().providers_size(), 0);
}

TEST_F(TokensTranslation, OneRuleIsAProviderOrNoToken) {
  apply("seed", "{jwtRules: [{issuer: \"https://a\", audiences: [x], jwksUri: \"https://a/keys\"}]}");
  const auto message = filter();
  EXPECT_TRUE(message.bypass_cors_preflight());
  ASSERT_EQ(message.rules_size(), 1);
  EXPECT_EQ(message.rules(0).match().prefix(), "/");
  const auto& any = message.rules(0).requires_().requires_any();
  ASSERT_EQ(any.requirements_size(), 2);
  EXPECT_EQ(any.requirements(0).provider_name(), "origins-0");
  EXPECT_TRUE(any.requirements(1).has_allow_missing());
  const auto& provider = message.providers().at("origins-0");
  EXPECT_EQ(provider.issuer(), "https://a");
  EXPECT_EQ(provider.audiences(0), "x");
  EXPECT_EQ(provider.payload_in_metadata(), "payload");
  EXPECT_TRUE(provider.require_expiration());
  EXPECT_FALSE(provider.forward());
  EXPECT_EQ(provider.local_jwks().inline_string(), kNobodysKeys);
  builder_.put_key_set({mesh::KeySource::Kind::keys, "https://a/keys"}, "fetched");
  EXPECT_EQ(filter().providers().at("origins-0").local_jwks().inline_string(), "fetched");
}

TEST_F(TokensTranslation, SeveralRulesAddUpAsInIstio) {
  apply("a", "{jwtRules: [{issuer: a}, {issuer: b}]}");
  apply("c", "{jwtRules: [{issuer: c}]}", "{weft.dev/token-expiry: optional}");
  const auto message = filter();
  EXPECT_EQ(message.providers().at("origins-2").issuer(), "c");
  EXPECT_FALSE(message.providers().at("origins-2").require_expiration());
  const auto& any = message.rules(0).requires_().requires_any();
  ASSERT_EQ(any.requirements_size(), 4);
  EXPECT_EQ(any.requirements(1).provider_name(), "origins-1");
  const auto& all = any.requirements(3).requires_all();
  ASSERT_EQ(all.requirements_size(), 3);
  EXPECT_EQ(all.requirements(2).requires_any().requirements(0).provider_name(), "origins-2");
  EXPECT_TRUE(all.requirements(2).requires_any().requirements(1).has_allow_missing());
}

TEST_F(TokensTranslation, EveryFieldOfARuleIsSaid) {
  apply("full",
        "{jwtRules: [{issuer: a, fromHeaders: [{name: x-token, prefix: \"JWT \"}], fromParams: [t], fromCookies: [c], "
        "outputPayloadToHeader: x-payload, outputClaimToHeaders: [{header: x-role, claim: realm.role}], "
        "forwardOriginalToken: true, spaceDelimitedClaims: [groups]}]}");
  const auto provider = filter().providers().at("origins-0");
  EXPECT_EQ(provider.from_headers(0).name(), "x-token");
  EXPECT_EQ(provider.from_headers(0).value_prefix(), "JWT ");
  EXPECT_EQ(provider.from_params(0), "t");
  EXPECT_EQ(provider.from_cookies(0), "c");
  EXPECT_EQ(provider.forward_payload_header(), "x-payload");
  EXPECT_EQ(provider.claim_to_headers(0).claim_name(), "realm.role");
  EXPECT_TRUE(provider.forward());
  EXPECT_EQ(provider.normalize_payload_in_metadata().space_delimited_claims(2), "groups");
}

TEST(NobodysKeys, ComeFromAHashAndNotFromAPrivateKey) {
  const auto keys = jose::KeySet::parse(kNobodysKeys);
  ASSERT_TRUE(keys) << keys.error().detail;  // it is a point of the curve
  constexpr std::string_view kText = "weft: nobody's key 1";
  std::string digest(32, '\0');
  EVP_Digest(kText.data(), kText.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(),
             nullptr);
  EXPECT_NE(kNobodysKeys.find("\"x\":\"" + jose::base64url(digest) + "\""), std::string_view::npos);
}

}  // namespace
}  // namespace weft::control::translate
