#include "api/istio/sidecar_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/field_table.h"
#include "api/istio/workload_checks.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::api::istio {
namespace {

constexpr std::string_view kUnixScheme = "unix://";

// The forms of defaultEndpoint: loopback, any address of the pod, or a socket.
bool is_endpoint(std::string_view text) {
  if (text.starts_with(kUnixScheme)) return is_socket_path(text.substr(kUnixScheme.size()));
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, colon);
  const auto port = parse_unsigned(text.substr(colon + 1));
  constexpr uint64_t kMost = 65535;
  const bool known =
      address.empty() || address == "127.0.0.1" || address == "0.0.0.0" || address == "[::1]" || address == "[::]";
  return known && port && *port > 0 && *port <= kMost;
}

void check_default_endpoint(const Place& place, const IngressListener& listener) {
  if (listener.default_endpoint.empty()) return;
  const Place at = place.at("defaultEndpoint");
  if (!is_endpoint(listener.default_endpoint)) {
    at.error(Code::bad_value, fmt::format("\"{}\" is no endpoint of the pod", listener.default_endpoint),
             "write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix://PATH");
  }
}

bool ends_tls(std::string_view protocol) {
  return equal_ignoring_case(protocol, "HTTPS") || equal_ignoring_case(protocol, "TLS");
}

// A sidecar takes files only, and has no redirects of its own.
void check_ingress_tls(const Place& place, const IngressListener& listener) {
  const Place tls = place.at("tls");
  for (const std::string_view name :
       {"subjectAltNames", "httpsRedirect", "credentialName", "credentialNames", "tlsCertificates"}) {
    if (!tls.has(name)) continue;
    tls.at(name).error(Code::conflicting_fields, fmt::format("a sidecar's tls takes no {}", name));
  }
  const bool is_foreign =
      listener.tls->mode == ServerTlsMode::istio_mutual || listener.tls->mode == ServerTlsMode::auto_passthrough;
  if (is_foreign) tls.at("mode").error(Code::bad_value, "this mode is for gateways only");
  if (listener.port && !ends_tls(listener.port->protocol)) {
    tls.error(Code::conflicting_fields, "tls needs a port of protocol HTTPS or TLS");
  }
}

// A number of 0 stands for a socket, which `bind` names.
void check_egress_bind(const Place& place, const EgressListener& listener) {
  const bool is_unix = listener.bind.starts_with(kUnixScheme);
  const Place bind = place.at("bind");
  if (listener.port && listener.port->number == 0 && !is_unix) {
    const Place port = place.at("port");
    port.at("number").error(Code::required, "the port's number is missing", "0 is for a bind of unix://PATH");
  }
  if (is_unix) {
    if (!is_socket_path(std::string_view(listener.bind).substr(kUnixScheme.size()))) {
      bind.error(Code::bad_value, "a socket is unix:///PATH, which is no folder, or unix://@NAME");
    } else if (!listener.port) {
      bind.warn(Code::unused_field, "a socket needs a port that says what is spoken there",
                "add port: {number: 0, protocol: HTTP}");
    } else if (listener.port->number != 0) {
      bind.error(Code::conflicting_fields, "a socket has no port", "write port: {number: 0, ...}");
    } else if (listener.capture_mode == CaptureMode::iptables) {
      place.at("captureMode").error(Code::conflicting_fields, "nothing is redirected to a socket file");
    }
  } else if (!listener.bind.empty() && !model::is_ip_address(listener.bind)) {
    bind.error(Code::bad_value, fmt::format("\"{}\" is neither an IP address nor unix://PATH", listener.bind));
  }
}

// The same host twice is harmless, but seldom meant; so is a host beside "*/*".
void warn_of_repeated_hosts(const Place& place, const EgressListener& listener) {
  const Place hosts = place.at("hosts");
  std::set<std::string_view> seen;
  const bool has_all = std::ranges::find(listener.hosts, "*/*") != listener.hosts.end();
  for (size_t i = 0; i < listener.hosts.size(); ++i) {
    const std::string& host = listener.hosts[i];
    if (host.empty()) continue;  // said already
    if (!seen.insert(host).second) {
      hosts.at(i).warn(Code::bad_value, fmt::format("\"{}\" stands twice", host));
    } else if (has_all && host != "*/*" && !host.starts_with('~')) {
      hosts.at(i).warn(Code::bad_value, fmt::format("\"*/*\" has \"{}\" already", host));
    }
  }
}

void check_ingress_ports(const Place& place, const Sidecar& sidecar) {
  const Place list = place.at("ingress");
  std::set<uint32_t> numbers;
  for (size_t i = 0; i < sidecar.ingress.size(); ++i) {
    const auto& port = sidecar.ingress[i].port;
    if (!port) continue;
    const Place listener = list.at(i);
    const Place at = listener.at("port");
    if (port->number == 0) at.at("number").error(Code::required, "the port's number is missing: 1 to 65535");
    if (port->number != 0 && !numbers.insert(port->number).second) {
      at.at("number").error(Code::bad_value, fmt::format("the port {} stands twice", port->number));
    }
  }
}

// The listener without a port takes what the others leave.
void check_egress_ports(const Place& place, const Sidecar& sidecar) {
  const Place list = place.at("egress");
  std::set<std::pair<uint32_t, std::string_view>> taken;
  for (size_t i = 0; i < sidecar.egress.size(); ++i) {
    const auto& listener = sidecar.egress[i];
    const Place at = list.at(i);
    if (!listener.port) {
      if (i + 1 < sidecar.egress.size()) at.error(Code::conflicting_fields, "a listener without a port stands last");
      continue;
    }
    const bool is_socket = listener.port->number == 0;
    if (!taken.emplace(listener.port->number, is_socket ? std::string_view(listener.bind) : "").second) {
      const Place port = at.at("port");
      port.at("number").error(Code::bad_value, fmt::format("the port {} stands twice", listener.port->number));
    }
  }
}

}  // namespace

Complaint check_ip_address(std::string_view text) {
  if (model::is_ip_address(text)) return std::nullopt;
  return "is no IP address";
}

Complaint check_egress_host(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return "must be NAMESPACE/NAME; \"*/NAME\" is for every namespace";
  std::string_view space = text.substr(0, slash);
  if (space.size() > 1 && space.starts_with('~')) space.remove_prefix(1);
  const bool is_word = space == "*" || space == "." || space == "~";
  if (!is_word && check_dns_label(space)) return "must begin with a namespace, \"*\", \".\" or \"~\"";
  const std::string_view name = text.substr(slash + 1);
  if (name == "*") return std::nullopt;
  if (name.find('.') == std::string_view::npos) return "has a short name; write NAME.NAMESPACE.svc.cluster.local";
  return check_host(name);
}

void check_sidecar_port(const Place& place, SidecarPort& port) {
  if (port.target_port != 0) {
    place.at("targetPort").error(Code::bad_value, "targetPort means nothing in a Sidecar", "use defaultEndpoint");
  }
}

void check_ingress_listener(const Place& place, IngressListener& listener) {
  check_default_endpoint(place, listener);
  if (listener.tls) check_ingress_tls(place, listener);
  if (listener.capture_mode == CaptureMode::none && !own_address_of(listener)) {
    place.at("captureMode")
        .warn(Code::holds_in_part, "the proxy does not listen at the port, where the application would have to",
              "say in defaultEndpoint at which other port the application listens");
  }
}

void check_egress_listener(const Place& place, EgressListener& listener) {
  if (place.has("hosts") && listener.hosts.empty()) place.at("hosts").error(Code::required, "hosts is empty");
  check_egress_bind(place, listener);
  warn_of_repeated_hosts(place, listener);
}

void check_outbound_traffic(const Place& place, OutboundTraffic& policy) {
  if (!policy.egress_proxy) return;
  const Place proxy = place.at("egressProxy");
  if (policy.mode != OutboundMode::allow_any) {
    proxy.error(Code::conflicting_fields, "egressProxy goes with mode ALLOW_ANY only");
  } else if (!policy.egress_proxy->port) {
    proxy.error(Code::required, "egressProxy needs a port");
  }
}

void check_sidecar(const Place& place, Sidecar& sidecar) {
  const bool says_nothing = sidecar.egress.empty() && sidecar.ingress.empty() && !sidecar.outbound_traffic_policy &&
                            !sidecar.inbound_connection_pool;
  if (says_nothing) {
    place.error(Code::required, "the Sidecar says nothing",
                "set egress, ingress, outboundTrafficPolicy or inboundConnectionPool");
  }
  check_ingress_ports(place, sidecar);
  check_egress_ports(place, sidecar);
}

}  // namespace weft::api::istio
