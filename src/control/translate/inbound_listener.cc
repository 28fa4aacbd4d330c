#include <algorithm>
#include <span>

#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>

#include "control/mesh/peer_rules.h"
#include "control/translate/encode.h"
#include "control/translate/inbound.h"
#include "control/translate/listener/filters.h"
#include "control/translate/listener/inbound_chains.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/route/policies.h"
#include "control/translate/security/network_policy.h"
#include "control/translate/tls/server_tls.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;

// One route to the application; gRPC has its own retries.
RouteConfiguration routes_to(const api::istio::MeshConfig& config, std::string_view cluster, uint32_t port,
                             mesh::Protocol protocol) {
  RouteConfiguration routes;
  routes.set_name(std::string(cluster));
  routes.mutable_validate_clusters()->set_value(false);
  auto& host = *routes.add_virtual_hosts();
  host.set_name("inbound|http|" + std::to_string(port));
  host.add_domains("*");
  auto& route = *host.add_routes();
  route.set_name("default");
  route.mutable_match()->set_prefix("/");
  auto& action = *route.mutable_route();
  action.set_cluster(std::string(cluster));
  action.mutable_timeout();
  action.mutable_max_stream_duration()->mutable_max_stream_duration();
  action.mutable_max_stream_duration()->mutable_grpc_timeout_header_max();
  if (protocol != mesh::Protocol::grpc) apply_inbound_retries(config, action);
  return routes;
}

FilterChain& add_chain(std::string_view name, uint32_t port, Listener& listener) {
  auto& chain = *listener.add_filter_chains();
  chain.set_name(std::string(name));
  if (port != 0) chain.mutable_filter_chain_match()->mutable_destination_port()->set_value(port);
  return chain;
}

// NetworkPolicies come first: they are about connections, whatever these carry.
Guards inbound_guards(const mesh::MeshView& view, const Client& client) {
  auto guards = guards_of(view, client.space, labels_of(client, view));
  if (const auto ingress = view.ingress_of(client.space, client.pod))
    guard_by_network(*ingress, client.address, guards);
  return guards;
}

// A port whose chains are made: one of the workload's, or, with an empty `service`, one that nobody has declared.
struct Target {
  uint32_t number = 0;  // 0: every port that has no chains of its own
  mesh::Protocol protocol = mesh::Protocol::sniffed;
  mesh::ServicePtr service;
  std::string cluster{kInboundPassthroughCluster};
};

// Fills virtualInbound, or a listener for one port: the chains of each port, and what has to be found out before one is
// chosen.
class InboundListener {
 public:
  InboundListener(const mesh::MeshView& view, const Client& client)
      : mesh_(view.config()),
        guards_(inbound_guards(view, client)),
        modes_(view, client.space, labels_of(client, view)) {
    listener_.set_traffic_direction(envoy::config::core::v3::INBOUND);
  }

  void capture() {
    is_capture_ = true;
    listener_.set_name("virtualInbound");
    set_address("0.0.0.0", kInboundPort, listener_);
    // A connection made to the capture port itself would come back for ever.
    add_tcp(kBlackHoleCluster, add_chain("virtualInbound-blackhole", kInboundPort, listener_));
    inspected_.emplace_back(kInboundPort, std::span<const InboundChain>());
  }

  void bind(std::string_view address, uint32_t port) {
    listener_.set_name("inbound_" + listener_name(address, port));
    set_address(address, port, listener_);
  }

  void add(const Target& target) {
    const auto chains = inbound_chains(modes_.of(target.number), speech_of(target.protocol));
    for (const auto& chain : chains) add(target, chain);
    if (target.number == 0) {
      rest_ = chains;
    } else {
      inspected_.emplace_back(target.number, chains);
    }
  }

  // Ports that no service names, to the application as they were addressed; a policy may name some of them.
  void add_undeclared(const std::vector<InboundPort>& declared) {
    add(Target{});
    for (const auto& [port, rule] : modes_.rules().ports()) {
      const bool is_declared = std::ranges::any_of(declared, [&](const auto& one) { return one.number == port; });
      if (!is_declared && port != kInboundPort) add(Target{.number = port});
    }
  }

  Encoded finish() && {
    if (is_capture_) add_original_destination(listener_);
    add_tls_inspector(ports_where(asks_for_tls), listener_);
    add_http_inspector(ports_where(asks_for_http), listener_);
    give_up_on_silence(mesh_.detection_timeout(), listener_);
    return encode(listener_.name(), listener_);
  }

 private:
  void add(const Target& target, const InboundChain& plan) {
    auto& chain = add_chain(name_of(target, plan), is_capture_ ? target.number : 0, listener_);
    if (const auto& policy = modes_.rules().of(target.number).from)
      add_origin(policy->origin, *chain.mutable_metadata());
    if (!plan.transport.empty())
      chain.mutable_filter_chain_match()->set_transport_protocol(std::string(plan.transport));
    for (const auto protocol : plan.protocols)
      chain.mutable_filter_chain_match()->add_application_protocols(std::string(protocol));
    if (plan.ends_tls == EndsTls::yes) end_mesh_tls(mesh_, plan.inside, *chain.mutable_transport_socket());
    if (plan.inside == Inside::bytes) return add_guarded_tcp(target.cluster, guards_, chain);
    auto routes = routes_to(mesh_, target.cluster, target.number, target.protocol);
    if (target.service)
      add_origin(target.service->origin, *routes.mutable_virtual_hosts(0)->mutable_routes(0)->mutable_metadata());
    const auto prefix = is_declared(target) ? "inbound_" + chain.name() : target.cluster;
    add_http_with_routes(mesh_, prefix, routes, guards_, chain);
  }

  static bool is_declared(const Target& target) { return target.cluster != kInboundPassthroughCluster; }
  static std::string name_of(const Target& target, const InboundChain& plan) {
    if (is_declared(target)) return listener_name("0.0.0.0", target.number);
    return plan.inside == Inside::http ? "virtualInbound-catchall-http" : "virtualInbound";
  }

  // An inspector acts where some chain asks for what it finds out.
  InspectedPorts ports_where(bool (*asks)(std::span<const InboundChain>)) const {
    InspectedPorts where;
    where.listed = asks(rest_) ? InspectedPorts::Listed::left_out : InspectedPorts::Listed::alone;
    for (const auto& [port, chains] : inspected_) {
      if (asks(chains) != asks(rest_)) where.ports.push_back(port);
    }
    return where;
  }

  const api::istio::MeshConfig& mesh_;
  Guards guards_;
  mesh::ServedModes modes_;
  Listener listener_;
  bool is_capture_ = false;  // connections were redirected here from ports of all numbers
  std::span<const InboundChain> rest_;
  std::vector<std::pair<uint32_t, std::span<const InboundChain>>> inspected_;
};

Target target_of(const InboundPort& port) {
  return {port.number, port.protocol, port.service, inbound_cluster(port.number)};
}

}  // namespace

Encoded inbound_listener(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports) {
  InboundListener listener(view, client);
  listener.capture();
  listener.add_undeclared(ports);
  for (const auto& port : ports) listener.add(target_of(port));
  return std::move(listener).finish();
}

Resources bound_inbound_listeners(const mesh::MeshView& view, const Client& client,
                                  const std::vector<InboundPort>& ports) {
  Resources listeners;
  for (const auto& port : ports) {
    if (!port.own_address) continue;
    InboundListener listener(view, client);
    listener.bind(*port.own_address, port.number);
    listener.add(target_of(port));
    listeners.push_back(std::move(listener).finish());
  }
  return listeners;
}

}  // namespace weft::control::translate
