// SpiffeId: the name of a workload (SPIFFE-ID, "spiffe://TRUST-DOMAIN/PATH"), read strictly: one spelling, one
// identity.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::tls {

// A value whose parts are valid: only the functions below make one.
class SpiffeId {
 public:
  // Takes what the standard calls valid and nothing else: no other scheme, no port, user, query, fragment, percent
  // escape, upper-case trust domain, empty or dotted segment, or slash at the end. At most 2048 bytes.
  static Result<SpiffeId> parse(std::string_view uri);

  // "spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT", as Istio names workloads. Fails when a part can't stand in
  // a path segment.
  static Result<SpiffeId> of_workload(std::string_view trust_domain, std::string_view space, std::string_view account);

  const std::string& trust_domain() const { return trust_domain_; }
  // With its leading slash; empty for the trust domain itself.
  const std::string& path() const { return path_; }
  std::string uri() const { return "spiffe://" + trust_domain_ + path_; }

  friend auto operator<=>(const SpiffeId&, const SpiffeId&) = default;

 private:
  SpiffeId(std::string_view trust_domain, std::string_view path) : trust_domain_(trust_domain), path_(path) {}

  std::string trust_domain_;
  std::string path_;
};

// Whether a text may stand as a trust domain: 1 to 255 lower-case letters, digits, '.', '-' and '_'.
bool is_trust_domain(std::string_view text);

}  // namespace weft::tls
