// Mutual TLS as workloads' proxies have it: what each port takes, who says so, and what came in so far. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/mesh/proxy_config.h"
#include "cli/mesh/proxy_metrics.h"

namespace weft::cli {

// What a port takes, by the filter chains that the proxy runs. Port 0: every port that has no chains of its own.
struct PortMode {
  uint32_t port = 0;
  std::string mode;    // STRICT, PERMISSIVE, DISABLE
  std::string policy;  // "PeerAuthentication shop/default"; empty: nobody says anything
  std::string place;   // "mesh.yaml:3"; empty when not known

  friend bool operator==(const PortMode&, const PortMode&) = default;
};
std::vector<PortMode> port_modes(const ProxyConfig& config);
// That of one port among them.
const PortMode& mode_of(const std::vector<PortMode>& modes, uint32_t port);

// Requests, and connections of which no requests are known, that are over.
struct Share {
  uint64_t mutual = 0;
  uint64_t plain = 0;

  uint64_t all() const { return mutual + plain; }
  void add(const Share& other) { mutual += other.mutual, plain += other.plain; }
  std::string percent() const;  // "99.65%"; "-" of nothing
};

// Who came without mutual TLS. `address` is "other" for those whom the proxy no longer tells apart.
struct PlainCaller {
  std::string address;
  uint32_t port = 0;
  uint64_t connections = 0;
  WallTime last_seen{};
};

// What a proxy has counted since it started.
struct Observation {
  std::map<uint32_t, Share> shares;  // by the workload's port; 0: ports that no service names
  std::vector<PlainCaller> callers;
};
Observation read_observation(const std::vector<Sample>& samples);

}  // namespace weft::cli
