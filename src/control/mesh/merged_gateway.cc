#include "control/mesh/merged_gateway.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/strings.h"
#include "model/host_name.h"

namespace weft::control::mesh {
namespace {

using api::istio::GatewayHost;
using api::istio::GatewayServer;
using api::istio::ServerKind;

// Merges one server after the other, the oldest first.
class Merging {
 public:
  void add(const GatewayPtr& gateway, const GatewayServer& server, uint32_t port) {
    MergedServer merged{gateway, &server, {}};
    for (const auto& host : server.hosts) {
      merged.hosts.push_back(api::istio::read_gateway_host(host, gateway->space));
    }
    if (auto reason = obstacle(merged, port)) {
      skipped_.push_back({gateway, &server, std::move(*reason)});
      return;
    }
    if (server.kind() == ServerKind::tls) note_names(merged, port);
    const std::string bind(server.address());
    auto& target = ports_[{port, bind}];
    target.number = port;
    target.bind = bind;
    target.kind = server.kind();
    target.servers.push_back(std::move(merged));
  }

  MergedGateway finish() && {
    MergedGateway merged;
    for (auto& [key, port] : ports_) merged.ports.push_back(std::move(port));
    merged.skipped = std::move(skipped_);
    return merged;
  }

 private:
  using Name = std::tuple<uint32_t, std::string, std::string, std::string>;  // port, bind, namespace, host

  static Name name_of(const MergedServer& merged, uint32_t port, const GatewayHost& host) {
    return {port, std::string(merged.server->address()), host.space, host.name};
  }

  std::optional<std::string> obstacle(const MergedServer& merged, uint32_t port) const {
    if (merged.server->bind.starts_with("unix:")) return "socket files are not listened on yet";
    auto there = ports_.find({port, std::string(merged.server->address())});
    if (there == ports_.end()) return std::nullopt;
    const auto& oldest = there->second.servers.front().gateway->name;
    if (there->second.kind != merged.server->kind()) return "carries another protocol for " + oldest + " already";
    if (there->second.kind == ServerKind::tcp) return "is an opaque TCP port of " + oldest + " already";
    for (const auto& host : merged.hosts) {
      if (names_.contains(name_of(merged, port, host))) return "has a server for the host " + host.name + " already";
    }
    return std::nullopt;
  }

  void note_names(const MergedServer& merged, uint32_t port) {
    for (const auto& host : merged.hosts) names_.insert(name_of(merged, port, host));
  }

  std::map<std::pair<uint32_t, std::string>, MergedPort> ports_;
  std::set<Name> names_;  // of TLS servers: a filter chain each
  std::vector<SkippedServer> skipped_;
};

// The first Service that has the port decides, as in Istio; a port that no Service has is the pod's own.
uint32_t port_in_pod(const std::vector<ServicePtr>& services, uint32_t number, const Pod* pod) {
  for (const auto& service : services) {
    const auto* port = service->port(number);
    if (!port || port->protocol == Protocol::udp) continue;
    if (uint32_t target = target_of(*port, pod); target != 0) return target;
  }
  return number;
}

}  // namespace

bool MergedServer::ends_tls() const {
  return server->kind() == ServerKind::tls && !server->tls->passes_through();
}

bool MergedServer::ends_https() const {
  return ends_tls() && equal_ignoring_case(server->port.protocol, "https");
}

MergedGateway merge_gateways(const MeshView& view, const GatewayWorkload& workload) {
  Merging merging;
  const auto services = view.services().selecting(workload.space, workload.labels);
  for (const auto& gateway : view.gateways().selecting(workload.labels)) {
    for (const auto& server : gateway->spec.servers) {
      merging.add(gateway, server, port_in_pod(services, server.port.number, workload.pod));
    }
  }
  return std::move(merging).finish();
}

std::vector<std::string> shared_hosts(const MergedServer& server, const VirtualService& virtual_service) {
  std::vector<std::string> shared;
  for (const auto& served : server.hosts) {
    if (!served.space.empty() && served.space != virtual_service.space) continue;
    for (const auto& routed : virtual_service.hosts) {
      if (!model::hosts_overlap(served.name, routed)) continue;
      const auto& narrower = model::is_more_specific(served.name, routed) ? served.name : routed;
      if (std::find(shared.begin(), shared.end(), narrower) == shared.end()) shared.push_back(narrower);
    }
  }
  return shared;
}

}  // namespace weft::control::mesh
