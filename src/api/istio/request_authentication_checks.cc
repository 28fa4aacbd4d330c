#include "api/istio/request_authentication_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "jose/key_set.h"

namespace weft::api::istio {
namespace {

bool is_port(std::string_view text) {
  constexpr uint64_t kMost = 65535;
  const auto port = parse_unsigned(text);
  return port && *port > 0 && *port <= kMost;
}

// RFC 7518 6.2.2 and 6.3.2: d belongs to the private half, of whatever type of key.
bool holds_private_key(std::string_view jwks) {
  const auto document = jwks.empty() ? std::nullopt : jose::parse_object(jwks);
  const jose::Value* keys = document ? document->find("keys") : nullptr;
  return keys != nullptr &&
         std::ranges::any_of(keys->items, [](const jose::Value& key) { return key.find("d") != nullptr; });
}

// One header field for two claims would keep only the last.
void check_outputs(const Place& place, const JwtRule& rule) {
  const Place outputs = place.at("outputClaimToHeaders");
  std::set<std::string> names;
  for (size_t i = 0; i < rule.output_claim_to_headers.size(); ++i) {
    const std::string name = to_lower(rule.output_claim_to_headers[i].header);
    if (!names.insert(name).second)
      outputs.at(i).error(Code::bad_value, fmt::format("the header {} stands twice", name));
  }
}

}  // namespace

// Istio's, narrower than HTTP's.
Complaint check_claim_header(std::string_view text) {
  const bool fits = std::ranges::all_of(text, [](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (fits && !text.empty()) return std::nullopt;
  return "is no header name of letters, digits, - and _";
}

Complaint check_jwks_uri(std::string_view text) {
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos) return "is no URL; write https://HOST/PATH";
  const std::string_view scheme = text.substr(0, mark);
  if (scheme != "https" && scheme != "http") return "has a scheme that is not supported; write https or http";
  const std::string_view authority = text.substr(mark + 3, text.find_first_of("/?#", mark + 3) - mark - 3);
  if (authority.contains('@')) return "carries credentials, which everybody can read here";
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
  if (has_port && !is_port(authority.substr(colon + 1))) return "has a bad port";
  const std::string_view host = authority.substr(0, has_port ? colon : authority.size());
  if (host.empty()) return "has no host";
  return host.starts_with('[') ? std::nullopt : check_host(host);
}

Complaint check_jwks(std::string_view text) {
  const auto keys = jose::KeySet::parse(text);
  return keys ? std::nullopt : Complaint("is no key set: " + keys.error().detail);
}

void check_jwt_rule(const Place& place, JwtRule& rule) {
  if (rule.issuer.empty() && rule.jwks_uri.empty()) {
    place.at("issuer").error(Code::required, "issuer is missing", "it may be left out only beside jwksUri");
  }
  if (!rule.jwks.empty() && !rule.jwks_uri.empty()) {
    place.at("jwksUri").error(Code::conflicting_fields, "only one of jwks and jwksUri may be set");
  }
  if (holds_private_key(rule.jwks)) {
    place.at("jwks").warn(Code::bad_value, "a key is a private one: who reads this object can make tokens",
                          "leave only the public members: kty, n, e, crv, x, y, kid, alg, use");
  }
  check_outputs(place, rule);
}

void check_request_authentication(const Place& place, RequestAuthentication& policy) {
  check_policy_targets(place);
  if (policy.jwt_rules.empty()) {
    place.warn(Code::bad_value, "there are no jwtRules: it believes nobody and refuses nobody");
  }
}

}  // namespace weft::api::istio
