// What one gateway workload opens: the servers of all Gateways that select it, merged per port. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

// One server, with its hosts taken apart.
struct MergedServer {
  GatewayPtr gateway;
  const api::istio::GatewayServer* server = nullptr;  // lives as long as `gateway`
  std::vector<api::istio::GatewayHost> hosts;

  // The client's TLS ends here; what is inside is HTTP, or bytes.
  bool ends_tls() const;
  bool ends_https() const;
};

// One listening point, with the servers that share it: HTTP servers by Host, TLS servers by server name.
struct MergedPort {
  uint32_t number = 0;  // the pod's
  std::string bind;     // empty: every address
  api::istio::ServerKind kind = api::istio::ServerKind::http;
  std::vector<MergedServer> servers;  // the oldest first
};

// A server that can't have its port, and why, as the end of a sentence.
struct SkippedServer {
  GatewayPtr gateway;
  const api::istio::GatewayServer* server = nullptr;
  std::string reason;
};

// See the head of this file.
struct MergedGateway {
  std::vector<MergedPort> ports;  // by number and address
  std::vector<SkippedServer> skipped;
};

// Whose gateway it is. References outlive the call; `pod` may be null.
struct GatewayWorkload {
  std::string_view space;
  const model::Labels& labels;
  const Pod* pod = nullptr;
};

// The oldest server decides what a port carries, and has its names; later ones that don't fit are skipped. Servers name
// ports of the workload's Service, which says to which of the pod's they lead; else the pod's own.
MergedGateway merge_gateways(const MeshView& view, const GatewayWorkload& workload);

// The names under which a VirtualService is reached by a server: of each pair of hosts that overlap, the more specific.
std::vector<std::string> shared_hosts(const MergedServer& server, const VirtualService& virtual_service);

}  // namespace weft::control::mesh
