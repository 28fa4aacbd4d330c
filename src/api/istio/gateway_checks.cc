#include "api/istio/gateway_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "api/field_table.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::api::istio {
namespace {

constexpr std::string_view kUnix = "unix:";

bool is_tls_protocol(std::string_view protocol) {
  return equal_ignoring_case(protocol, "HTTPS") || equal_ignoring_case(protocol, "TLS");
}

bool is_http(const GatewayServer& server) {
  return server.kind() == ServerKind::http;
}

void check_bind(const Place& place, const GatewayServer& server) {
  const bool is_unix = server.bind.starts_with(kUnix);
  if (is_unix && server.port.number != 0) {
    place.at("bind").error(Code::conflicting_fields, "a socket file has no port: port.number must be 0");
  }
  if (!is_unix && !server.bind.empty() && !model::is_ip_address(server.bind)) {
    place.at("bind").error(Code::bad_value, fmt::format("\"{}\" is neither an IP address nor unix:PATH", server.bind));
  }
  if (!is_unix && place.has("port") && server.port.number == 0) {
    const Place port = place.at("port");
    port.at("number").error(Code::required, "the port's number is missing: 1 to 65535");
  }
  if (is_unix) place.at("bind").warn(Code::not_in_force, "accepted, not yet in force: socket files");
}

// Plaintext HTTP takes a tls block for its redirect alone; other plaintext none at all.
void check_tls_fits(const Place& place, const GatewayServer& server) {
  if (is_tls_protocol(server.port.protocol)) {
    if (!server.tls) place.error(Code::required, "HTTPS and TLS need a tls block", "add tls: {mode: ...}");
    return;
  }
  if (!server.tls) return;
  const auto& tls = *server.tls;
  const bool is_more = !tls.passes_through() || !tls.ca_certificates.empty() || !tls.private_key.empty() ||
                       !tls.server_certificate.empty();
  if (!is_http(server)) {
    place.at("tls").error(Code::conflicting_fields,
                          fmt::format("a {} port has no TLS; its protocol would be TLS", server.port.protocol));
  } else if (is_more) {
    place.at("tls").error(Code::conflicting_fields, "a plaintext HTTP port has no TLS, only httpsRedirect",
                          "write protocol: HTTPS to end TLS here");
  }
}

// Envoy has one listener per address and port; a TCP proxy takes all of it, and so does plaintext HTTP.
class Listeners {
 public:
  // What stands in the way of a server; nothing when it fits.
  Complaint add(const GatewayServer& server) {
    const auto [found, is_new] = kinds_.try_emplace(std::pair(server.port.number, server.address()), server.kind());
    if (!is_new && found->second != server.kind()) return "carries another protocol already";
    if (!is_new && server.kind() == ServerKind::tcp) return "is an opaque TCP port of another server already";
    if (server.kind() != ServerKind::tls) return std::nullopt;
    for (const auto& host : server.hosts) {
      if (!names_.emplace(server.port.number, server.address(), to_lower(host)).second) {
        return fmt::format("has a server for the host {} already", host);
      }
    }
    return std::nullopt;
  }

 private:
  std::map<std::pair<uint32_t, std::string_view>, ServerKind> kinds_;
  std::set<std::tuple<uint32_t, std::string_view, std::string>> names_;
};

}  // namespace

Complaint check_gateway_host(std::string_view text) {
  const size_t slash = text.find('/');
  std::string_view name = text;
  if (slash != std::string_view::npos) {
    const std::string_view space = text.substr(0, slash);
    if (space != "." && space != "*" && check_dns_label(space)) return "must be NAME or NAMESPACE/NAME";
    name = text.substr(slash + 1);
  }
  if (name != "*" && name.find('.') == std::string_view::npos && !model::is_ip_address(name)) {
    return "is a short name; a gateway serves full names, as clients write them";
  }
  return name == "*" ? std::nullopt : check_host(name);
}

void check_gateway_port(const Place& place, GatewayPort& port) {
  if (port.target_port != 0) {
    place.at("targetPort")
        .error(Code::bad_value, "targetPort means nothing in a Gateway",
               "the gateway's Service says to which port its traffic goes");
  }
  if (equal_ignoring_case(port.protocol, "UDP")) {
    place.at("protocol").error(Code::bad_value, "gateways carry TCP only, not UDP");
  }
}

void check_gateway_server(const Place& place, GatewayServer& server) {
  check_bind(place, server);
  check_tls_fits(place, server);
  if (place.has("hosts") && server.hosts.empty()) place.at("hosts").error(Code::required, "hosts is empty");
  if (server.tls && server.tls->https_redirect && !is_http(server)) {
    const Place tls = place.at("tls");
    tls.at("httpsRedirect")
        .warn(Code::conflicting_fields, "httpsRedirect is for plaintext HTTP ports; it has no effect");
  }
  if (!server.default_endpoint.empty()) {
    place.at("defaultEndpoint").warn(Code::unused_field, "nothing acts on defaultEndpoint, in Istio neither");
  }
}

// A server that can't have its port is skipped, as in Istio; the others of the object hold.
void check_gateway(const Place& place, Gateway& gateway) {
  const Place list = place.at("servers");
  if (place.has("servers") && gateway.servers.empty()) list.error(Code::required, "servers is empty");
  Listeners listeners;
  std::set<std::string_view> names;
  for (size_t i = 0; i < gateway.servers.size(); ++i) {
    const Place server = list.at(i);
    const auto& port = gateway.servers[i].port;
    const Place at = server.at("port");
    if (!port.name.empty() && !names.insert(port.name).second) {
      at.at("name").error(Code::bad_value, fmt::format("the port name \"{}\" stands twice", port.name));
    }
    if (const auto wrong = listeners.add(gateway.servers[i])) {
      at.warn(Code::conflicting_servers, fmt::format("port {} {}; this server is skipped", port.number, *wrong));
    }
  }
}

}  // namespace weft::api::istio
