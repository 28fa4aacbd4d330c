// Gateway (networking.istio.io), every field of Istio's: where gateway pods listen, for which hosts. Routes come from
// the VirtualServices that name the gateway. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/server_tls.h"
#include "model/labels.h"

namespace weft::api::istio {

// What a server listens on. `protocol` as written: it is compared without case.
struct GatewayPort {
  uint32_t number = 0;
  std::string protocol;
  std::string name;
  uint32_t target_port = 0;  // refused by validation, as in Istio

  static const FieldTable& fields();
};

// What a server carries; servers of one kind can share a port.
enum class ServerKind : uint8_t { http, tls, tcp };

// One listening point. `hosts` as written: "dns", or "namespace/dns" for VirtualServices of that namespace only.
struct GatewayServer {
  GatewayPort port;
  std::string bind;  // an address, or unix:PATH; empty: every address
  std::vector<std::string> hosts;
  std::optional<ServerTls> tls;
  std::string default_endpoint;
  std::string name;

  // HTTP may carry a tls block, too, for httpsRedirect.
  ServerKind kind() const;
  // Where it listens; empty: at every address, written or not.
  std::string_view address() const { return bind == "0.0.0.0" ? std::string_view() : std::string_view(bind); }

  static const FieldTable& fields();
};

// The spec. An empty selector selects every gateway pod, of all namespaces.
struct Gateway {
  std::vector<GatewayServer> servers;
  model::Labels selector;

  static const FieldTable& fields();
};

// A host of a server, taken apart: the namespace whose VirtualServices may bind to it (empty: all), and the name.
struct GatewayHost {
  std::string space;
  std::string name;  // lower-cased; may be "*" or "*.x"

  friend bool operator==(const GatewayHost&, const GatewayHost&) = default;
};
// `own_space` is the Gateway's, which "./" stands for.
GatewayHost read_gateway_host(std::string_view written, std::string_view own_space);

// The gateway that a VirtualService of `own_space` names: "mesh", or NAMESPACE/NAME, from any spelling.
std::string full_gateway_name(std::string_view written, std::string_view own_space);

}  // namespace weft::api::istio
