// RequestAuthentication (security.istio.io), every field of Istio's: which tokens of requests are believed. Plain
// values; an empty text or list is Istio's "unset".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/policy_target.h"
#include "base/clock.h"
#include "model/labels.h"

namespace weft::api::istio {

// A header field that tokens come in, behind a prefix.
struct JwtHeader {
  std::string name;
  std::string prefix;

  static const FieldTable& fields();
};

// A claim that the application gets as a header field.
struct ClaimToHeader {
  std::string header;
  std::string claim;  // "a.b": b within a

  static const FieldTable& fields();
};

// An issuer, its keys, where its tokens come from and what becomes of them.
struct JwtRule {
  std::string issuer;  // empty: any, with jwksUri
  std::vector<std::string> audiences;
  std::string jwks_uri;
  std::string jwks;
  std::vector<JwtHeader> from_headers;
  std::vector<std::string> from_params;
  std::vector<std::string> from_cookies;
  std::string output_payload_to_header;
  std::vector<ClaimToHeader> output_claim_to_headers;
  bool forward_original_token = false;
  std::optional<Duration> timeout;  // of fetching the keys
  std::vector<std::string> space_delimited_claims;

  static const FieldTable& fields();
};

// The spec.
struct RequestAuthentication {
  std::optional<PolicySelector> selector;  // none: every workload of the namespace
  std::optional<PolicyTarget> target_ref;
  std::vector<PolicyTarget> target_refs;
  std::vector<JwtRule> jwt_rules;

  static const FieldTable& fields();
};

// Annotation weft.dev/token-expiry: "optional" takes tokens that never expire, as Istio does.
bool takes_eternal_tokens(const model::Labels& annotations);

}  // namespace weft::api::istio
