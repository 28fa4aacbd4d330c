// The tables of Sidecar. What must hold between its fields is in sidecar_checks.cc.
#include "api/istio/sidecar.h"

#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/sidecar_checks.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api::istio {

const FieldTable& SidecarPort::fields() {
  using Port = SidecarPort;
  static const FieldTable table =
      Describe<Port>("SidecarPort", "A port that a sidecar listens on.")
          .field("number", &Port::number, "The port.")
          .between(0, 65535)
          .field("protocol", &Port::protocol, "What is spoken: HTTP, HTTP2, GRPC, HTTPS, TLS, TCP ...")
          .check(check_protocol)
          .by_default("found out by the first bytes")
          .field("name", &Port::name, "A name for people and statistics.")
          .check(check_dns_label)
          .field("targetPort", &Port::target_port, "Refused: it means nothing in a Sidecar.")
          .finish(check_sidecar_port);
  return table;
}

const FieldTable& IngressListener::fields() {
  using Listener = IngressListener;
  static const FieldTable table =
      Describe<Listener>("IstioIngressListener", "A port at which the workload is reached.")
          .field("port", &Listener::port, "The port.")
          .required()
          .field("bind", &Listener::bind, "The address to listen at, with captureMode NONE.")
          .check(check_ip_address)
          .by_default("127.0.0.1")
          .field("captureMode", &Listener::capture_mode,
                 "NONE: the proxy listens at the port, too, for clients in the pod.")
          .by_default("DEFAULT")
          .field("defaultEndpoint", &Listener::default_endpoint,
                 "Where the application takes them: 127.0.0.1:PORT, 0.0.0.0:PORT (the pod's address), unix:///PATH or "
                 "unix://@NAME.")
          .by_default("the port itself")
          .field("tls", &Listener::tls, "Ends the client's TLS.")
          .later()
          .field("connectionPool", &Listener::connection_pool, "Limits towards the application on this port.")
          .finish(check_ingress_listener);
  return table;
}

const FieldTable& EgressListener::fields() {
  using Listener = EgressListener;
  static const FieldTable table =
      Describe<Listener>("IstioEgressListener", "What the workload can reach.")
          .field("port", &Listener::port, "The port this is for. None: every port that no other listener has.")
          .field("bind", &Listener::bind,
                 "The address to listen at instead of the services' own; unix:///PATH or unix://@NAME, with the port "
                 "number 0, for clients that connect to a socket.")
          .by_default("127.0.0.1 with captureMode NONE")
          .field("captureMode", &Listener::capture_mode,
                 "NONE: clients dial the proxy's port. Else connections are redirected.")
          .by_default("DEFAULT")
          .field("hosts", &Listener::hosts,
                 "NAMESPACE/NAME of what is seen. The namespace may be *, . or ~ (none), the name *.x or *; a ~ in "
                 "front leaves out.")
          .required()
          .check(check_egress_host)
          .finish(check_egress_listener);
  return table;
}

const FieldTable& OutboundTraffic::fields() {
  static const FieldTable table =
      Describe<OutboundTraffic>("OutboundTrafficPolicy", "What happens to connections to what is not known.")
          .field("mode", &OutboundTraffic::mode, "REGISTRY_ONLY refuses them, ALLOW_ANY lets them through.")
          .by_default("REGISTRY_ONLY")
          .field("egressProxy", &OutboundTraffic::egress_proxy, "A host that they are sent to.")
          .later()
          .finish(check_outbound_traffic);
  return table;
}

// One holds for a workload: that which selects it, else the namespace's, else the root namespace's.
const FieldTable& Sidecar::fields() {
  static const FieldTable table =
      Describe<Sidecar>("Sidecar", "What the sidecars of some workloads see of the mesh, and what they receive.")
          .field("workloadSelector", &Sidecar::workload_selector, "The workloads it is for.")
          .by_default("every workload of the namespace")
          .field("ingress", &Sidecar::ingress, "The ports at which they are reached.")
          .by_default("those of their services")
          .field("egress", &Sidecar::egress, "What they can reach.")
          .by_default("hosts: [\"*/*\"]")
          .field("inboundConnectionPool", &Sidecar::inbound_connection_pool, "Limits towards the application.")
          .field("outboundTrafficPolicy", &Sidecar::outbound_traffic_policy, "What happens to all else.")
          .by_default("MeshConfig's")
          .finish(check_sidecar);
  return table;
}

std::optional<std::string> own_address_of(const IngressListener& listener) {
  const bool listens = listener.capture_mode == CaptureMode::none && listener.port;
  const size_t colon = listener.default_endpoint.rfind(':');
  if (!listens || colon == std::string::npos) return std::nullopt;
  const bool is_any = listener.bind.empty() || listener.bind == "0.0.0.0" || listener.bind == "::";
  std::string address = is_any ? "127.0.0.1" : listener.bind;
  if (listener.default_endpoint.starts_with("unix:")) return address;
  const bool is_same_port = listener.default_endpoint.substr(colon + 1) == std::to_string(listener.port->number);
  const bool is_loopback = listener.default_endpoint.starts_with("127.0.0.1:");
  if (is_same_port && is_loopback == (address == "127.0.0.1")) return std::nullopt;
  return address;
}

EgressHost read_egress_host(std::string_view written, std::string_view own_space) {
  const size_t slash = written.find('/');
  EgressHost host{.name = to_lower(written.substr(slash == std::string_view::npos ? 0 : slash + 1))};
  std::string_view space = slash == std::string_view::npos ? "*" : written.substr(0, slash);
  // "~/..." is no namespace at all; "~NAMESPACE/..." leaves out what the rest names.
  if (space.size() > 1 && space.starts_with('~')) {
    host.excludes = true;
    space.remove_prefix(1);
  }
  host.space = space == "." ? own_space : space;
  return host;
}

}  // namespace weft::api::istio
