// HashPolicy: what of a request is hashed to choose its endpoint (envoy.config.route.v3.RouteAction.HashPolicy; Istio's
// consistentHash), compiled. The balancers of consistent hashing choose by it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "decide/address.h"
#include "decide/routing/request_head.h"

namespace weft::decide {

// The value of a header field.
struct HashHeader {
  std::string name;  // lower-case
};
// The value of a cookie, which may be one that a client without it is given.
struct HashCookie {
  std::string name;
  std::optional<Duration> lifetime;  // a client without the cookie is to be given one; 0: for its session
  std::string attributes{};          // of that one, as Set-Cookie has them after the value
};
// The first value of a parameter in the path's query.
struct HashQueryParameter {
  std::string name;
};
// The client's address, without its port.
struct HashSourceIp {};

// Immutable; part of a forwarding route.
struct HashPolicy {
  std::variant<HashHeader, HashCookie, HashQueryParameter, HashSourceIp> source;
  bool terminal = false;  // if it yields a hash, later ones are not asked
};

// What is hashed of a client beside its request.
struct HashedClient {
  IpAddress address;
  std::string_view issued_cookie{};  // the value of the cookie that it is about to be given; empty: none
};

// All that yield one, combined in their order; nothing if none does. The same on every proxy and in every release: a
// client would otherwise lose its endpoint.
std::optional<uint64_t> hash_of(std::span<const HashPolicy> policies, const RequestHead& request,
                                const HashedClient& client);

// The cookie that a client is to be given because it has none; nullptr: there is none such.
const HashCookie* cookie_to_issue(std::span<const HashPolicy> policies, const RequestHead& request);

}  // namespace weft::decide
