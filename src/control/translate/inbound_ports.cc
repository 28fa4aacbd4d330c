// Which ports of a workload are served, and where its application takes what comes there.
#include <map>

#include "base/strings.h"
#include "control/translate/endpoint_address.h"
#include "control/translate/inbound.h"
#include "control/translate/names.h"

namespace weft::control::translate {
namespace {

using api::istio::ConnectionPool;
using api::istio::IngressListener;

constexpr std::string_view kLoopback = "127.0.0.1";

const ConnectionPool* pool_of(const std::optional<ConnectionPool>& pool) {
  return pool ? &*pool : nullptr;
}

// 127.0.0.1:PORT and the like; 0.0.0.0 and no address stand for the pod's own. Or unix://PATH. Validation knows no
// other forms.
std::optional<InboundEndpoint> read_endpoint(std::string_view text, std::string_view pod_address) {
  if (is_socket_file(text)) return InboundEndpoint{std::string(text)};
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_unsigned(text.substr(colon + 1));
  if (!port) return std::nullopt;
  const auto address = text.substr(0, colon);
  const bool is_loopback = address == kLoopback || address == "[::1]";
  return InboundEndpoint{std::string(is_loopback ? kLoopback : pod_address), static_cast<uint32_t>(*port)};
}

// What both ways of finding ports look at.
class Ports {
 public:
  Ports(const mesh::MeshView& view, const Client& client)
      : view_(view),
        client_(client),
        pod_(view.pod(client.space, client.pod)),
        services_(view.services().selecting(client.space, labels_of(client, view))) {}

  // Ports of services, by number; of two services that share one, the first by name.
  void add_those_of_services(const mesh::SidecarPtr& sidecar) {
    using api::istio::InboundMode;
    const bool at_loopback = view_.config().inbound_traffic_policy.mode == InboundMode::localhost;
    for (const auto& service : services_) {
      for (const auto& port : service->ports) {
        const uint32_t target = mesh::target_of(port, pod_.get());
        if (target == 0 || target == kInboundPort || port.protocol == mesh::Protocol::udp) continue;
        InboundPort found{target, port.number, port.protocol, service, std::nullopt, sidecar, nullptr, std::nullopt};
        if (at_loopback) found.endpoint = InboundEndpoint{std::string(kLoopback), target};
        if (sidecar) found.connection_pool = pool_of(sidecar->spec.inbound_connection_pool);
        ports_.try_emplace(target, std::move(found));
      }
    }
  }

  // The ports that a Sidecar lists take the place of the services'.
  void add_listed(const mesh::SidecarPtr& sidecar) {
    for (const auto& listener : sidecar->spec.ingress) {
      if (!listener.port || listener.port->number == kInboundPort) continue;
      ports_.try_emplace(listener.port->number, listed(sidecar, listener));
    }
  }

  std::vector<InboundPort> finish() && {
    std::vector<InboundPort> ordered;
    for (auto& [number, port] : ports_) ordered.push_back(std::move(port));
    return ordered;
  }

 private:
  InboundPort listed(const mesh::SidecarPtr& sidecar, const IngressListener& listener) const {
    const uint32_t number = listener.port->number;
    InboundPort port{number,
                     number,
                     mesh::protocol_of(listener.port->protocol, number),
                     nullptr,
                     std::nullopt,
                     sidecar,
                     pool_of(listener.connection_pool),
                     api::istio::own_address_of(listener)};
    port.endpoint = read_endpoint(listener.default_endpoint, client_.address);
    if (!port.connection_pool) port.connection_pool = pool_of(sidecar->spec.inbound_connection_pool);
    name_service(port);
    return port;
  }

  // The service that leads to the port, else the workload's first one: its rules hold, and metrics name it.
  void name_service(InboundPort& inbound) const {
    for (const auto& service : services_) {
      for (const auto& port : service->ports) {
        if (mesh::target_of(port, pod_.get()) != inbound.number) continue;
        inbound.service = service;
        inbound.service_port = port.number;
        return;
      }
    }
    if (!services_.empty()) inbound.service = services_.front();
  }

  const mesh::MeshView& view_;
  const Client& client_;
  mesh::PodPtr pod_;
  std::vector<mesh::ServicePtr> services_;
  std::map<uint32_t, InboundPort> ports_;
};

}  // namespace

std::vector<InboundPort> inbound_ports(const mesh::MeshView& view, const Client& client) {
  const auto scope = scope_of(client, view);
  const auto sidecar = scope.sidecar.empty() ? nullptr : view.sidecars().named(scope.sidecar);
  Ports ports(view, client);
  if (sidecar && !sidecar->spec.ingress.empty()) {
    ports.add_listed(sidecar);
  } else {
    ports.add_those_of_services(sidecar);
  }
  return std::move(ports).finish();
}

}  // namespace weft::control::translate
