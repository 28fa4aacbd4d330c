// RouteTable: one RouteConfiguration, compiled: virtual hosts found by the request's authority, routes by order. Lookup
// cost does not grow with the number of hosts or of routes that differ by path or by an exact header.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decide/routing/host_index.h"
#include "decide/routing/request_head.h"
#include "decide/routing/route.h"
#include "decide/routing/route_index.h"

namespace weft::decide {

// The routes of one set of domains, in order.
struct VirtualHost {
  std::string name;
  std::vector<std::string> domains;
  std::vector<Route> routes;
  RouteIndex index;
  std::optional<Route> to_https;  // require_tls: what plaintext requests get, whatever they ask for
};

// What routing decided for one request, and why. Pointers live as long as the table.
struct Decision {
  enum class Miss : uint8_t { none, no_virtual_host, no_route };
  Miss miss = Miss::none;
  const VirtualHost* host = nullptr;
  const Route* route = nullptr;

  explicit operator bool() const { return route != nullptr; }
};

// Immutable and shared by all shards; pure lookup.
struct RouteTable {
  std::string name;
  std::vector<VirtualHost> hosts;
  HostIndex index;
  bool ignores_port = false;        // ignore_port_in_host_matching
  std::vector<ClusterId> clusters;  // every cluster that a route names
  bool asks_claims = false;         // some route does: what is decided before tokens are looked at is not final

  Decision decide(const RequestHead& request) const;
};

using RouteTablePtr = std::shared_ptr<const RouteTable>;

}  // namespace weft::decide
