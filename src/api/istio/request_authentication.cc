// The tables of RequestAuthentication. What must hold between its fields is in request_authentication_checks.cc.
#include "api/istio/request_authentication.h"

#include "api/describe.h"
#include "api/istio/request_authentication_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {

const FieldTable& JwtHeader::fields() {
  static const FieldTable table =
      Describe<JwtHeader>("JWTHeader", "A header field that tokens come in.")
          .field("name", &JwtHeader::name, "Its name.")
          .required()
          .check(check_header_name)
          .field("prefix", &JwtHeader::prefix, "What stands before the token, with its blank: \"Bearer \".")
          .check(check_header_value);
  return table;
}

const FieldTable& ClaimToHeader::fields() {
  static const FieldTable table =
      Describe<ClaimToHeader>("ClaimToHeader", "A claim that the application gets as a header field.")
          .field("header", &ClaimToHeader::header, "The field. Clients cannot fill it.")
          .required()
          .check(check_claim_header)
          .field("claim", &ClaimToHeader::claim, "The claim: a text, number or truth value; a.b is b within a.")
          .required();
  return table;
}

const FieldTable& JwtRule::fields() {
  static const FieldTable table =
      Describe<JwtRule>("JWTRule", "An issuer whose tokens are believed.")
          .field("issuer", &JwtRule::issuer, "Its name, as in `iss`. May be left out with jwksUri: any issuer.")
          .field("audiences", &JwtRule::audiences,
                 "A token's `aud` must name one of them; http(s):// and a last / are "
                 "not compared.")
          .check(check_not_empty)
          .by_default("any audience")
          .field("jwksUri", &JwtRule::jwks_uri, "Where the issuer's keys are. weftd fetches them.")
          .check(check_jwks_uri)
          .by_default("found by OpenID discovery at the issuer")
          .field("jwks", &JwtRule::jwks, "The issuer's keys themselves, a JSON Web Key Set.")
          .check(check_jwks)
          .field("fromHeaders", &JwtRule::from_headers, "Header fields that tokens come in.")
          .by_default("Authorization, behind \"Bearer \"")
          .field("fromParams", &JwtRule::from_params, "Query parameters that tokens come in.")
          .check(check_not_empty)
          .by_default("access_token")
          .field("fromCookies", &JwtRule::from_cookies, "Cookies that tokens come in.")
          .check(check_not_empty)
          .field("outputPayloadToHeader", &JwtRule::output_payload_to_header,
                 "A header field that the application gets all claims in, as base64url.")
          .check(check_header_name)
          .field("outputClaimToHeaders", &JwtRule::output_claim_to_headers,
                 "Header fields that the application gets single claims in.")
          .field("forwardOriginalToken", &JwtRule::forward_original_token, "Whether the application gets the token.")
          .by_default("false")
          .field("timeout", &JwtRule::timeout, "Of fetching the keys.")
          .by_default("5s")
          .field("spaceDelimitedClaims", &JwtRule::space_delimited_claims,
                 "Claims that list words between blanks, beside scope and permission.")
          .check(check_not_empty)
          .finish(check_jwt_rule);
  return table;
}

const FieldTable& RequestAuthentication::fields() {
  using Policy = RequestAuthentication;
  static const FieldTable table =
      Describe<Policy>("RequestAuthentication",
                       "Which tokens are believed. Requests without one pass; AuthorizationPolicies may ask for one.")
          .field("selector", &Policy::selector, "The workloads it is for.")
          .by_default("every workload of the namespace")
          .field("targetRefs", &Policy::target_refs, "Objects whose gateway or waypoint enforces it.")
          .later()
          .field("targetRef", &Policy::target_ref, "The same, one.")
          .legacy("write targetRefs")
          .later()
          .field("jwtRules", &Policy::jwt_rules, "The issuers. A token must be valid for one of them.")
          .finish(check_request_authentication);
  return table;
}

bool takes_eternal_tokens(const model::Labels& annotations) {
  const auto found = annotations.find("weft.dev/token-expiry");
  return found != annotations.end() && found->second == "optional";
}

}  // namespace weft::api::istio
