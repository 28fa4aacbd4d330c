#include "tls/spiffe_id.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::tls {
namespace {

constexpr std::string_view kSpiffeScheme = "spiffe://";
// SPIFFE-ID 2.3: what every implementation must take, and what we take at most.
constexpr size_t kSpiffeIdSizeMax = 2048;
constexpr size_t kTrustDomainSizeMax = 255;

// SPIFFE-ID 2.1
bool is_trust_domain_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// SPIFFE-ID 2.2: the unreserved characters that need no escape, so that there is one spelling of each path.
bool is_path_segment(std::string_view text) {
  if (text.empty() || text == "." || text == "..") return false;
  return std::ranges::all_of(text, [](char c) { return is_trust_domain_letter(to_lower(c)); });
}

std::unexpected<Error> no_spiffe_id(std::string_view uri, std::string_view why) {
  return fail(Reason::invalid, fmt::format("\"{}\" is no SPIFFE id: {}", uri.substr(0, 200), why), Side::client);
}

}  // namespace

bool is_trust_domain(std::string_view text) {
  return !text.empty() && text.size() <= kTrustDomainSizeMax && std::ranges::all_of(text, is_trust_domain_letter);
}

Result<SpiffeId> SpiffeId::parse(std::string_view uri) {
  if (uri.size() > kSpiffeIdSizeMax) return no_spiffe_id(uri, "it is too long");
  if (!uri.starts_with(kSpiffeScheme)) return no_spiffe_id(uri, "it does not begin with spiffe://");
  const std::string_view rest = uri.substr(kSpiffeScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view domain = rest.substr(0, slash);
  if (!is_trust_domain(domain)) return no_spiffe_id(uri, "its trust domain is not valid");
  const std::string_view path = rest.substr(slash);
  if (path.empty()) return SpiffeId(domain, path);
  const auto segments = split(path.substr(1), '/');
  if (!std::ranges::all_of(segments, is_path_segment)) return no_spiffe_id(uri, "its path is not valid");
  return SpiffeId(domain, path);
}

Result<SpiffeId> SpiffeId::of_workload(std::string_view trust_domain, std::string_view space,
                                       std::string_view account) {
  const std::string uri = fmt::format("{}{}/ns/{}/sa/{}", kSpiffeScheme, trust_domain, space, account);
  if (!is_trust_domain(trust_domain) || !is_path_segment(space) || !is_path_segment(account))
    return no_spiffe_id(uri, "a part of it can't stand where it does");
  return parse(uri);
}

}  // namespace weft::tls
