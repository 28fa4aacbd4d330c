// TokenRules: which requests need which tokens (Envoy's jwt_authn filter), compiled. Immutable; shared by all shards.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "decide/routing/route_match.h"
#include "decide/text_match.h"
#include "decide/token/claims.h"
#include "jose/key_set.h"

namespace weft::decide {

// A header field that may hold a token behind a prefix. The name is in lower case.
struct TokenHeader {
  std::string name;
  std::string prefix;  // compared without case, as authentication schemes are (RFC 9110 11.1)
};

// A header field that the application gets from a claim.
struct ClaimHeader {
  std::string name;  // in lower case
  ClaimPath claim;
};

// SHA-256 of all that a provider's configuration says: what was verified for one holds for those of the same digest.
using ProviderDigest = std::array<uint8_t, 32>;

// An issuer whose tokens are believed, and where they are looked for.
struct TokenProvider {
  std::string name;
  std::string issuer;                  // empty: any
  std::vector<std::string> audiences;  // as plain_audience() writes them; empty: any
  std::optional<TextMatch> subject;
  bool needs_expiry = false;
  std::optional<Duration> lifetime_max;
  Duration leeway = std::chrono::seconds(60);
  jose::KeySet keys;  // may be empty: then no token of it is valid

  std::vector<TokenHeader> headers;
  std::vector<std::string> parameters;
  std::vector<std::string> cookies;

  bool forwards_token = false;
  std::string payload_header;  // gets the payload in base64url; empty: none does
  bool pads_payload = false;
  std::vector<ClaimHeader> claim_headers;
  std::vector<std::string> space_delimited;

  ProviderDigest digest{};
};

// What a request must bring. A tree; its leaves name providers by index.
struct TokenRequirement {
  enum class Kind : uint8_t { provider, any, all };

  Kind kind = Kind::any;
  size_t provider = 0;
  std::optional<std::vector<std::string>> audiences;  // of a leaf, instead of the provider's
  std::vector<TokenRequirement> parts;
  bool allows_missing = false;  // no token at all is fine; a bad one is not
  bool allows_failed = false;   // a bad one is as good as none
};

// One condition and what it asks for.
struct TokenRule {
  RouteMatch match;
  std::optional<TokenRequirement> requirement;  // none: nothing is asked for
};

// See the head of this file.
struct TokenRules {
  std::vector<TokenProvider> providers;
  std::vector<TokenRule> rules;               // the first that matches holds; none does: nothing is asked for
  std::vector<std::string> reserved_headers;  // that only tokens may fill: taken off every request
  bool lets_preflights_pass = false;          // bypass_cors_preflight
  bool keeps_reasons_back = false;            // strip_failure_response: no body, no challenge

  // nullptr when nothing is asked of the request.
  const TokenRequirement* requirement_for(const RequestHead& request) const;
};

// As audiences are compared: without the scheme and a slash at the end, as Envoy's JWT library does.
std::string_view plain_audience(std::string_view audience);

}  // namespace weft::decide
