// The tables of Gateway. Checks that span fields are in gateway_checks.cc, TLS in server_tls.cc.
#include "api/istio/gateway.h"

#include "api/describe.h"
#include "api/istio/gateway_checks.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api::istio {

const FieldTable& GatewayPort::fields() {
  static const FieldTable table =
      Describe<GatewayPort>("Port", "A port that a server listens on.")
          .field("number", &GatewayPort::number, "The port of the gateway's Service, or of its pods.")
          .between(0, 65535)
          .field("protocol", &GatewayPort::protocol, "What is spoken: HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP ...")
          .required()
          .check(check_protocol)
          .field("name", &GatewayPort::name, "A name, unique among the servers.")
          .required()
          .field("targetPort", &GatewayPort::target_port, "Refused: the Service says to which port traffic goes.")
          .finish(check_gateway_port);
  return table;
}

const FieldTable& GatewayServer::fields() {
  using Server = GatewayServer;
  static const FieldTable table =
      Describe<Server>("Server", "A port of the gateway, and the hosts it serves there.")
          .field("port", &Server::port, "The port.")
          .required()
          .field("bind", &Server::bind, "The address to listen at; unix:PATH for a socket file.")
          .by_default("0.0.0.0")
          .field(
              "hosts", &Server::hosts,
              "Names that are served: exact, *.x or *. NAMESPACE/NAME is for VirtualServices of that namespace only.")
          .required()
          .check(check_gateway_host)
          .field("tls", &Server::tls, "What becomes of TLS.")
          .field("defaultEndpoint", &Server::default_endpoint, "Nothing has ever acted on it.")
          .field("name", &Server::name, "A name for people and statistics.")
          .finish(check_gateway_server);
  return table;
}

// Gateways of one pod are merged: HTTP servers of one port share it, TLS servers share theirs by server name.
const FieldTable& Gateway::fields() {
  static const FieldTable table =
      Describe<Gateway>("Gateway", "Where gateway pods listen, and for which hosts.")
          .field("selector", &Gateway::selector, "Labels of the gateway pods, in all namespaces. None: every gateway.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("servers", &Gateway::servers, "What the pods listen on.")
          .required()
          .finish(check_gateway);
  return table;
}

ServerKind GatewayServer::kind() const {
  for (const std::string_view http : {"http", "http2", "grpc", "grpc-web", "http_proxy"}) {
    if (equal_ignoring_case(port.protocol, http)) return ServerKind::http;
  }
  return tls ? ServerKind::tls : ServerKind::tcp;
}

GatewayHost read_gateway_host(std::string_view written, std::string_view own_space) {
  const size_t slash = written.find('/');
  if (slash == std::string_view::npos) return {{}, to_lower(written)};
  const std::string_view space = written.substr(0, slash);
  std::string name = to_lower(written.substr(slash + 1));
  if (space == "*") return {{}, std::move(name)};
  return {std::string(space == "." ? own_space : space), std::move(name)};
}

// NAME.NAMESPACE.svc.DOMAIN is the spelling of Istio's first releases.
std::string full_gateway_name(std::string_view written, std::string_view own_space) {
  if (written == "mesh") return std::string(written);
  const size_t slash = written.find('/');
  std::string_view space = own_space;
  std::string_view name = written;
  if (slash != std::string_view::npos) {
    if (written.substr(0, slash) != ".") space = written.substr(0, slash);
    name = written.substr(slash + 1);
  } else if (const auto labels = split(written, '.'); labels.size() > 1) {
    name = labels[0];
    space = labels[1];
  }
  return std::string(space).append("/").append(name);
}

}  // namespace weft::api::istio
