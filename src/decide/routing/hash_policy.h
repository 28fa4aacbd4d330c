// HashPolicy: what of a request is hashed to choose its endpoint (envoy.config.route.v3.RouteAction.HashPolicy; Istio's
// consistentHash), compiled. The balancers of consistent
// hashing choose by it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "base/clock.h"
#include "decide/address.h"
#include "decide/routing/request_head.h"

namespace weft::decide {

struct HashHeader {
  std::string name;  // lower-case
};
struct HashCookie {
  std::string name;
  std::string path;
  std::optional<Duration> lifetime;  // a client without the cookie is to be given one; 0: for its session
};
struct HashQueryParameter {
  std::string name;
};
struct HashSourceIp {};

// Immutable; part of a forwarding route.
struct HashPolicy {
  std::variant<HashHeader, HashCookie, HashQueryParameter, HashSourceIp> source;
  bool terminal = false;  // if it yields a hash, later ones are not asked
};

// All that yield one, combined in their order; nothing if none does. The same on every proxy and in every release: a
// client would otherwise lose its endpoint.
std::optional<uint64_t> hash_of(std::span<const HashPolicy> policies, const RequestHead& request,
                                const IpAddress& client);

}  // namespace weft::decide
