#include "control/translate/security/tokens.h"

#include <string>

#include <envoy/extensions/filters/http/jwt_authn/v3/config.pb.h>

#include "control/translate/encode.h"

namespace weft::control::translate {

// A point of P-256 that was found by hashing: x is SHA-256 of "weft: nobody's key 1", the first number that gives a
// point. So nobody, the author included, knows a private half, as with a key pair that was made and written down
// somebody could.
const std::string_view kNobodysKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"nobody","x":"IYcDiD-YajPnEcte70EabiaEBMWRxcAgtsQ5HMf0gY4",)"
    R"("y":"j8Q3yElTpoH5ay8msCoUdS0UNXgYS2zAG70MwtxBi1Q"}]})";

namespace {

using api::istio::JwtRule;
using envoy::extensions::filters::http::jwt_authn::v3::JwtAuthentication;
using envoy::extensions::filters::http::jwt_authn::v3::JwtProvider;
using envoy::extensions::filters::http::jwt_authn::v3::JwtRequirement;

void fill_locations(const JwtRule& rule, JwtProvider& provider) {
  for (const auto& header : rule.from_headers) {
    auto& message = *provider.add_from_headers();
    message.set_name(header.name);
    message.set_value_prefix(header.prefix);
  }
  for (const auto& name : rule.from_params) provider.add_from_params(name);
  for (const auto& name : rule.from_cookies) provider.add_from_cookies(name);
}

void fill_outputs(const JwtRule& rule, JwtProvider& provider) {
  provider.set_forward(rule.forward_original_token);
  provider.set_forward_payload_header(rule.output_payload_to_header);
  for (const auto& output : rule.output_claim_to_headers) {
    auto& message = *provider.add_claim_to_headers();
    message.set_header_name(output.header);
    message.set_claim_name(output.claim);
  }
  provider.set_clear_route_cache(true);  // routes may ask for claims
  // Where stock Envoys' RBAC filter and routes look for claims.
  provider.set_payload_in_metadata("payload");
  auto& normalized = *provider.mutable_normalize_payload_in_metadata();
  for (const auto* claim : {"permission", "scope"}) normalized.add_space_delimited_claims(claim);
  for (const auto& claim : rule.space_delimited_claims) normalized.add_space_delimited_claims(claim);
}

std::string_view keys_of(const JwtRule& rule, const mesh::KeySets& keys) {
  if (!rule.jwks.empty()) return rule.jwks;
  const std::string* fetched = keys.find(mesh::key_source_of(rule));
  return fetched == nullptr ? kNobodysKeys : std::string_view(*fetched);
}

JwtProvider provider_of(const JwtRule& rule, bool needs_expiry, const mesh::KeySets& keys) {
  JwtProvider provider;
  provider.set_issuer(rule.issuer);
  for (const auto& audience : rule.audiences) provider.add_audiences(audience);
  provider.set_require_expiration(needs_expiry);
  provider.mutable_local_jwks()->set_inline_string(std::string(keys_of(rule, keys)));
  fill_locations(rule, provider);
  fill_outputs(rule, provider);
  return provider;
}

void require_if_present(const std::string& provider, JwtRequirement& requirement) {
  auto& any = *requirement.mutable_requires_any();
  any.add_requirements()->set_provider_name(provider);
  any.add_requirements()->mutable_allow_missing();
}

// Istio's: a token of one provider, or of each whatever there is must be valid. The first alternatives are for
// providers that look in the same place, where one's token is none of another's.
void require_any(const std::vector<std::string>& providers, JwtRequirement& requirement) {
  if (providers.size() == 1) return require_if_present(providers.front(), requirement);
  auto& any = *requirement.mutable_requires_any();
  for (const auto& provider : providers) any.add_requirements()->set_provider_name(provider);
  auto& all = *any.add_requirements()->mutable_requires_all();
  for (const auto& provider : providers) require_if_present(provider, *all.add_requirements());
}

}  // namespace

void add_tokens(const std::vector<mesh::RequestAuthenticationPtr>& policies, const mesh::KeySets& keys,
                Guards& guards) {
  JwtAuthentication filter;
  std::vector<std::string> providers;
  for (const auto& policy : policies) {
    for (const auto& rule : policy->spec.jwt_rules) {
      const auto& name = providers.emplace_back("origins-" + std::to_string(providers.size()));
      (*filter.mutable_providers())[name] = provider_of(rule, policy->needs_expiry, keys);
    }
  }
  if (providers.empty()) return;
  auto& rule = *filter.add_rules();
  rule.mutable_match()->set_prefix("/");
  require_any(providers, *rule.mutable_requires_());
  filter.set_bypass_cors_preflight(true);
  auto& guard = guards.http.emplace_back();
  guard.set_name("envoy.filters.http.jwt_authn");
  pack(filter, *guard.mutable_typed_config());
}

}  // namespace weft::control::translate
