// Istio's admission rules for RequestAuthentication, each with an object that breaks it.
#include "api/istio/request_authentication.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string policy(const std::string& spec) {
  return "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: x}\nspec:\n" + spec;
}
// One rule, in line 6 from column 6 on.
std::string rule(const std::string& fields) {
  return policy("  jwtRules:\n  - {" + fields + "}\n");
}

TEST(RequestAuthenticationCheck, TakesEveryField) {
  const std::string keys = R"('{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                           R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}')";
  expect_in_force({
      {"all",
       policy("  selector: {matchLabels: {app: a}}\n  jwtRules:\n"
              "  - {issuer: \"https://a\", audiences: [b], jwks: " +
              keys +
              ",\n"
              "     fromHeaders: [{name: x-token, prefix: \"JWT \"}], fromParams: [t], fromCookies: [c],\n"
              "     outputPayloadToHeader: x-payload, outputClaimToHeaders: [{header: x-sub, claim: sub}],\n"
              "     forwardOriginalToken: true, spaceDelimitedClaims: [roles]}\n"),
       ""},
      {"v1beta1",
       "apiVersion: security.istio.io/v1beta1\nkind: RequestAuthentication\nmetadata: {name: x}\nspec: {jwtRules: "
       "[{issuer: a}]}\n",
       ""},
      {"no rules", policy("  selector: {matchLabels: {app: a}}\n"),
       "4:1 warning there are no jwtRules: it believes nobody and refuses nobody\n"},
  });
}

TEST(RequestAuthenticationCheck, Issuers) {
  expect_in_force({
      {"none", rule("audiences: [a]"), "6:5 error issuer is missing [it may be left out only beside jwksUri]\n"},
      {"empty audience", rule("issuer: a, audiences: [\"\"]"), "6:29 error audiences \"\" may not be empty\n"},
  });
}

TEST(RequestAuthenticationCheck, Keys) {
  expect_in_force({
      {"no JSON", rule("issuer: a, jwks: nonsense"),
       "6:23 error jwks \"nonsense\" is no key set: Jwks is an invalid JSON\n"},
      {"no key", rule("issuer: a, jwks: '{\"keys\":[]}'"),
       "6:23 error jwks \"{\"keys\":[]}\" is no key set: Jwks doesn't have any valid public key\n"},
      {"short key", rule("issuer: a, jwks: '{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}'"),
       "6:23 error jwks \"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}\" is no key set: Jwks doesn't "
       "have any valid public key\n"},
      {"scheme", rule("issuer: a, jwksUri: \"file:///etc/passwd\""),
       "6:26 error jwksUri \"file:///etc/passwd\" has a scheme that is not supported; write https or http\n"},
      {"no URL", rule("issuer: a, jwksUri: a.b"), "6:26 error jwksUri \"a.b\" is no URL; write https://HOST/PATH\n"},
      {"credentials", rule("issuer: a, jwksUri: \"https://u:p@a.b/\""),
       "6:26 error jwksUri \"https://u:p@a.b/\" carries credentials, which everybody can read here\n"},
      {"port", rule("issuer: a, jwksUri: \"https://a.b:99999/\""),
       "6:26 error jwksUri \"https://a.b:99999/\" has a bad port\n"},
      {"no host", rule("issuer: a, jwksUri: \"https:///x\""), "6:26 error jwksUri \"https:///x\" has no host\n"},
  });
}

TEST(RequestAuthenticationCheck, Places) {
  expect_in_force({
      {"field without a name", rule("issuer: a, fromHeaders: [{prefix: x}]"), "6:31 error name is missing\n"},
      {"empty parameter", rule("issuer: a, fromParams: [\"\"]"), "6:30 error fromParams \"\" may not be empty\n"},
      {"empty cookie", rule("issuer: a, fromCookies: [\"\"]"), "6:31 error fromCookies \"\" may not be empty\n"},
      {"claim without a field", rule("issuer: a, outputClaimToHeaders: [{claim: x}]"),
       "6:40 error header is missing\n"},
      {"field without a claim", rule("issuer: a, outputClaimToHeaders: [{header: x}]"),
       "6:40 error claim is missing\n"},
      {"field twice", rule("issuer: a, outputClaimToHeaders: [{header: x, claim: a}, {header: X, claim: b}]"),
       "6:63 error the header x stands twice\n"},
      {"no field", rule("issuer: a, outputPayloadToHeader: \"a b\""),
       "6:40 error outputPayloadToHeader \"a b\" is no header name\n"},
      {"selector and target",
       policy(
           "  selector: {matchLabels: {a: b}}\n  targetRefs: [{kind: Service, name: a}]\n  jwtRules: [{issuer: a}]\n"),
       "4:1 error only one of selector and targetRefs may be set\n"},
  });
}

TEST(RequestAuthenticationCheck, TheAnnotationLetsTokensLiveForEver) {
  EXPECT_TRUE(istio::takes_eternal_tokens({{"weft.dev/token-expiry", "optional"}}));
  EXPECT_FALSE(istio::takes_eternal_tokens({{"weft.dev/token-expiry", "required"}}));
  EXPECT_FALSE(istio::takes_eternal_tokens({}));
}

}  // namespace
}  // namespace weft::api
