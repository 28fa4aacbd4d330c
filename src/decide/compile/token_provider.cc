#include "decide/compile/token_provider.h"

#include <openssl/evp.h>

#include "base/strings.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::http::jwt_authn::v3::JwtProvider;

Result<jose::KeySet> keys_of(const JwtProvider& wire) {
  if (wire.has_remote_jwks())
    return fail(Reason::unsupported, "remote_jwks: the control plane fetches keys and sends them inline");
  const auto& source = wire.local_jwks();
  const bool is_inline = source.has_inline_string() || source.has_inline_bytes();
  if (!is_inline) return fail(Reason::unsupported, "local_jwks other than inline");
  return jose::KeySet::parse(source.has_inline_string() ? source.inline_string() : source.inline_bytes())
      .value_or(jose::KeySet());
}

Result<> fill_locations(const JwtProvider& wire, TokenProvider& provider) {
  for (const auto& header : wire.from_headers()) {
    if (header.name().empty()) return fail(Reason::invalid, "a header without a name");
    provider.headers.push_back({to_lower(header.name()), header.value_prefix()});
  }
  provider.parameters.assign(wire.from_params().begin(), wire.from_params().end());
  provider.cookies.assign(wire.from_cookies().begin(), wire.from_cookies().end());
  if (!provider.headers.empty() || !provider.parameters.empty() || !provider.cookies.empty()) return {};
  // RFC 6750 2.1 and 2.3.
  provider.headers.push_back({"authorization", "Bearer "});
  provider.parameters.push_back("access_token");
  return {};
}

Result<> fill_outputs(const JwtProvider& wire, TokenProvider& provider) {
  provider.forwards_token = wire.forward();
  provider.pads_payload = wire.pad_forward_payload_header();
  if (!wire.forward_payload_header().empty()) {
    WEFT_TRY(provider.payload_header, edited_name(wire.forward_payload_header()));
  }
  for (const auto& output : wire.claim_to_headers()) {
    ClaimHeader header;
    WEFT_TRY(header.name, edited_name(output.header_name()));
    for (const auto name : split(output.claim_name(), '.')) header.claim.emplace_back(name);
    provider.claim_headers.push_back(std::move(header));
  }
  const auto& delimited = wire.normalize_payload_in_metadata().space_delimited_claims();
  provider.space_delimited.assign(delimited.begin(), delimited.end());
  return {};
}

ProviderDigest digest_of(const JwtProvider& wire) {
  const std::string bytes = wire.SerializeAsString();
  ProviderDigest digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace

Result<TokenProvider> compile_token_provider(const std::string& name, const JwtProvider& wire) {
  // Nobody here reads this metadata, so whoever asks for it would wait in vain.
  if (!wire.header_in_metadata().empty()) return fail(Reason::unsupported, "header_in_metadata");
  if (!wire.failed_status_in_metadata().empty()) return fail(Reason::unsupported, "failed_status_in_metadata");
  TokenProvider provider{.name = name, .issuer = wire.issuer()};
  for (const auto& audience : wire.audiences()) provider.audiences.emplace_back(plain_audience(audience));
  if (wire.has_subjects()) {
    WEFT_TRY(provider.subject, to_text_match(wire.subjects()));
  }
  provider.needs_expiry = wire.require_expiration();
  if (wire.has_max_lifetime()) provider.lifetime_max = to_duration(wire.max_lifetime());
  if (wire.clock_skew_seconds() > 0) provider.leeway = std::chrono::seconds(wire.clock_skew_seconds());
  WEFT_TRY(provider.keys, keys_of(wire));
  WEFT_CHECK(fill_locations(wire, provider));
  WEFT_CHECK(fill_outputs(wire, provider));
  provider.digest = digest_of(wire);
  return provider;
}

}  // namespace weft::decide
