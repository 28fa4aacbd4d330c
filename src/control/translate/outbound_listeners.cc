#include "control/translate/outbound_listeners.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <envoy/config/listener/v3/listener.pb.h>

#include "control/mesh/reading.h"
#include "control/translate/encode.h"
#include "control/translate/host_names.h"
#include "control/translate/listener/filters.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/listener/l4_chains.h"
#include "control/translate/names.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;

constexpr std::string_view kAnyAddress = "0.0.0.0";

// A listener that takes over connections which virtualOutbound accepted.
Listener start_captured(std::string_view address, uint32_t port) {
  Listener listener;
  listener.set_name(listener_name(address, port));
  set_address(address, port, listener);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  listener.mutable_bind_to_port()->set_value(false);
  return listener;
}

std::string stat_prefix(std::string_view address, uint32_t port) {
  return "outbound_" + listener_name(address, port);
}

// HTTP by these routes if the first bytes are HTTP, else opaque TCP.
void add_sniffed_chains(const api::istio::MeshConfig& mesh, std::string_view prefix, std::string_view route_name,
                        const std::vector<TcpShare>& opaque, Listener& listener) {
  add_http_inspector({}, listener);
  give_up_on_silence(mesh.detection_timeout(), listener);
  auto& http = *listener.add_filter_chains();
  match_http(*http.mutable_filter_chain_match());
  add_http_with_rds(mesh, prefix, route_name, http);
  auto& other = *listener.mutable_default_filter_chain();
  add_tcp(opaque.front().cluster, opaque, other);
}

bool is_subnet(std::string_view address) {
  return address.find('/') != std::string_view::npos;
}

std::vector<std::string> subnets_of(const mesh::Service& service) {
  std::vector<std::string> subnets;
  for (const auto& address : service.addresses) {
    if (is_subnet(address)) subnets.push_back(address);
  }
  return subnets;
}

// Whether a port of a service needs no address of its own to be told apart.
bool names_itself(const mesh::Service& service, const mesh::ServicePort& port) {
  if (is_http(port.protocol)) return true;
  if (port.protocol == mesh::Protocol::udp || service.registry == mesh::Registry::kubernetes) return false;
  return service.addresses.empty() || !subnets_of(service).empty();
}

bool may_be_http(mesh::Protocol protocol) {
  return is_http(protocol) || protocol == mesh::Protocol::sniffed;
}

// The listener of a port at every address, for services that have none of their own, or where a Sidecar puts it. Its
// chains tell them apart: HTTP by Host (in the routes), TLS by server name, the rest by the subnet dialled; what is
// left goes to the oldest opaque service that takes any address, else where it was addressed to.
class SharedPort {
 public:
  SharedPort(const mesh::MeshView& view, const Scope& scope, uint32_t port)
      : view_(view),
        scope_(scope),
        place_(place_of_port(view, scope, port)),
        listener_(start_captured(place_ ? place_->address : kAnyAddress, port)),
        port_(port),
        chains_(listener_) {
    if (is_bound()) listener_.clear_bind_to_port();
  }

  void add(const mesh::Service& service, mesh::ServicePort port) {
    if (place_ && place_->protocol) port.protocol = *place_->protocol;
    if (may_be_http(port.protocol) && (place_ || names_itself(service, port))) add_http();
    if (is_http(port.protocol)) return;
    // Who dials a place of the Sidecar's dials no address of the service.
    const auto subnets = place_ ? std::vector<std::string>{} : subnets_of(service);
    for (auto rule : service_rules(view_, scope_, service, port)) {
      const bool is_tls = port.protocol == mesh::Protocol::tls;
      if (is_tls && rule.server_names.empty()) rule.server_names = server_names_of(service);
      if (rule.subnets.empty()) rule.subnets = subnets;
      add_opaque(outbound_cluster(port.number, "", service.host), std::move(rule));
    }
  }

  Encoded finish() {
    if (is_bound() && has_http_ && rest_.empty() && listener_.filter_chains_size() == 1) {
      // There is nothing else it could be, and nowhere for it to go: whoever dials the proxy may take their time.
      listener_.mutable_filter_chains(0)->clear_filter_chain_match();
      return encode(listener_.name(), listener_);
    }
    if (chains_.wants_server_names()) add_tls_inspector({}, listener_);
    if (has_http_) add_http_inspector({}, listener_);
    if (has_http_ && gives_up_on_silence()) {
      give_up_on_silence(view_.config().detection_timeout(), listener_);
    } else if (has_http_ || chains_.wants_server_names()) {
      wait_for_silent_clients(listener_);
    }
    auto& other = *listener_.mutable_default_filter_chain();
    if (rest_.empty()) {
      other.set_name("PassthroughFilterChain");
      add_tcp(is_bound() ? kBlackHoleCluster : cluster_of_unknown(view_, scope_), other);
    } else {
      add_tcp(rest_.front().cluster, rest_, other);
    }
    return encode(listener_.name(), listener_);
  }

 private:
  std::vector<std::string> server_names_of(const mesh::Service& service) const {
    auto names = alias_names(view_, scope_, service.host);
    names.insert(names.begin(), service.host);
    return names;
  }

  // HTTP clients connect before they have anything to ask; taken for opaque TCP after a while, their requests would
  // pass the routes by. So a port that only HTTP is known of waits, unless a time was asked for.
  bool gives_up_on_silence() const { return has_opaque_ || view_.config().protocol_detection_timeout.has_value(); }

  void add_http() {
    if (std::exchange(has_http_, true)) return;
    auto& http = *listener_.add_filter_chains();
    match_http(*http.mutable_filter_chain_match());
    const std::string_view address = place_ ? std::string_view(place_->address) : kAnyAddress;
    add_http_with_rds(view_.config(), stat_prefix(address, port_), std::to_string(port_), http);
  }

  void add_opaque(const std::string& prefix, L4Rule rule) {
    has_opaque_ |= rule.server_names.empty();
    const bool takes_all = rule.server_names.empty() && rule.subnets.empty();
    if (!takes_all) {
      chains_.add(prefix, rule);
    } else if (rest_.empty()) {
      rest_ = std::move(rule.shares);
    }
  }

  bool is_bound() const { return place_ && place_->is_bound; }

  const mesh::MeshView& view_;
  const Scope& scope_;
  std::optional<mesh::EgressPlace> place_;  // none: every address, of redirected connections
  Listener listener_;
  uint32_t port_;
  L4Chains chains_;
  bool has_http_ = false;
  bool has_opaque_ = false;
  std::vector<TcpShare> rest_;
};

Encoded service_listener(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                         const mesh::ServicePort& port, std::string_view address) {
  auto listener = start_captured(address, port.number);
  if (port.protocol == mesh::Protocol::sniffed) {
    add_sniffed_chains(view.config(), stat_prefix(address, port.number), sniffed_route_name(service.host, port.number),
                       unconditional_shares(view, scope, service, port), listener);
    return encode(listener.name(), listener);
  }
  L4Chains chains(listener);
  for (const auto& rule : service_rules(view, scope, service, port)) {
    chains.add(outbound_cluster(port.number, "", service.host), rule);
  }
  if (chains.wants_server_names()) {
    add_tls_inspector({}, listener);
    wait_for_silent_clients(listener);
  }
  return encode(listener.name(), listener);
}

bool leads_to_gateway(const mesh::MeshView& view, const mesh::Service& service) {
  const auto endpoints = view.endpoints(service.space, service.host);
  return std::any_of(endpoints->begin(), endpoints->end(), [&](const auto& endpoint) {
    const auto pod = view.pod(endpoint.space, endpoint.pod);
    return pod && pod->is_gateway;
  });
}

}  // namespace

Encoded capture_listener(const mesh::MeshView& view, const Scope& scope) {
  Listener listener;
  listener.set_name("virtualOutbound");
  set_address(kAnyAddress, kOutboundPort, listener);
  listener.mutable_use_original_dst()->set_value(true);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  // A connection made to the capture port itself would come back for ever.
  auto& loop = *listener.add_filter_chains();
  loop.set_name("virtualOutbound-blackhole");
  loop.mutable_filter_chain_match()->mutable_destination_port()->set_value(kOutboundPort);
  add_tcp(kBlackHoleCluster, loop);
  auto& rest = *listener.add_filter_chains();
  rest.set_name("virtualOutbound-catchall-tcp");
  add_tcp(cluster_of_unknown(view, scope), rest);
  return encode(listener.name(), listener);
}

bool shares_port(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                 const mesh::ServicePort& port) {
  if (port.protocol == mesh::Protocol::udp || !is_dialled(view, scope, service, port.number)) return false;
  return names_itself(service, port) || place_of_port(view, scope, port.number).has_value();
}

bool shares_http(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                 const mesh::ServicePort& port) {
  if (!is_dialled(view, scope, service, port.number)) return false;
  if (const auto place = place_of_port(view, scope, port.number))
    return may_be_http(place->protocol.value_or(port.protocol));
  return may_be_http(port.protocol) && names_itself(service, port);
}

bool comes_before(const mesh::Service& a, const mesh::Service& b) {
  return std::tie(a.registry, a.age, a.host) < std::tie(b.registry, b.age, b.host);
}

std::optional<Encoded> port_listener(const mesh::MeshView& view, const Scope& scope, uint32_t port,
                                     const std::vector<mesh::ServicePtr>& services) {
  if (port == kOutboundPort || port == kInboundPort) return std::nullopt;
  SharedPort shared(view, scope, port);
  auto by_age = services;  // of those that exclude each other the oldest has the port
  std::ranges::sort(by_age, [](const auto& a, const auto& b) { return comes_before(*a, *b); });
  for (const auto& service : by_age) {
    const auto* service_port = service->port(port);
    if (service_port && shares_port(view, scope, *service, *service_port)) shared.add(*service, *service_port);
  }
  return shared.finish();
}

Resources service_listeners(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service) {
  Resources listeners;
  auto endpoints = service.headless ? view.endpoints(service.space, service.host) : nullptr;
  for (const auto& port : service.ports) {
    if (is_http(port.protocol) || port.protocol == mesh::Protocol::udp) continue;
    if (place_of_port(view, scope, port.number) || !is_dialled(view, scope, service, port.number)) continue;
    for (const auto& address : service.addresses) {
      if (is_subnet(address)) continue;
      listeners.push_back(service_listener(view, scope, service, port, address));
    }
    // Clients of a headless service dial its pods.
    for (size_t i = 0; endpoints && i < endpoints->size(); ++i) {
      if (!(*endpoints)[i].ready) continue;
      listeners.push_back(service_listener(view, scope, service, port, (*endpoints)[i].address));
    }
  }
  return listeners;
}

Encoded exposed_listener(const mesh::MeshView& view, const Scope& scope, const Expose& expose) {
  Listener listener;
  listener.set_name(expose_name(expose.host_port));
  set_address("127.0.0.1", expose.host_port, listener);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  auto host = view.aliases().target_of(mesh::service_host(expose.service, expose.space));
  auto service = view.service(host);
  const auto* port = service ? service->port(expose.port) : nullptr;
  // Until the service is known, HTTP without routes: 404 rather than a refused connection.
  if (port && leads_to_gateway(view, *service)) {
    add_tcp(listener.name(), unconditional_shares(view, scope, *service, *port), *listener.add_filter_chains());
  } else if (!port || is_http(port->protocol)) {
    add_http_with_rds(view.config(), listener.name(), listener.name(), *listener.add_filter_chains());
  } else if (port->protocol == mesh::Protocol::sniffed) {
    add_sniffed_chains(view.config(), listener.name(), listener.name(),
                       unconditional_shares(view, scope, *service, *port), listener);
  } else {
    add_tcp(listener.name(), unconditional_shares(view, scope, *service, *port), *listener.add_filter_chains());
  }
  return encode(listener.name(), listener);
}

}  // namespace weft::control::translate
