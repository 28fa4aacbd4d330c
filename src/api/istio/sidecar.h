// Sidecar (networking.istio.io), every field of Istio's: what the proxies of some workloads see of the mesh, and what
// they receive. Plain values; an empty text or list, or a zero, is Istio's "unset".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/destination_rule.h"
#include "api/istio/server_tls.h"
#include "api/istio/service_entry.h"

namespace weft::api::istio {

// A port that a proxy listens on for its workload. `protocol` as written.
struct SidecarPort {
  uint32_t number = 0;
  std::string protocol;
  std::string name;
  uint32_t target_port = 0;  // refused by validation, as in Istio

  static const FieldTable& fields();
};

// Whether connections are redirected to the proxy (`by_default` and `iptables`), or clients dial its port.
enum class CaptureMode : uint8_t { by_default, iptables, none };

// One port at which the workload is reached. They replace those that follow from services.
struct IngressListener {
  std::optional<SidecarPort> port;
  std::string bind;
  CaptureMode capture_mode = CaptureMode::by_default;
  std::string default_endpoint;  // ADDRESS:PORT or unix://PATH; empty: the port itself
  std::optional<ServerTls> tls;
  std::optional<ConnectionPool> connection_pool;

  static const FieldTable& fields();
};

// Whether the proxy listens at the port itself (captureMode NONE), and where: connections from outside of the pod come
// by redirection in any case, so that "any address" comes to the loopback address. Nothing where the application would
// have to listen at that very place.
std::optional<std::string> own_address_of(const IngressListener& listener);

// What the workload can reach. Without a port: on every port that no earlier listener has.
struct EgressListener {
  std::optional<SidecarPort> port;
  std::string bind;
  CaptureMode capture_mode = CaptureMode::by_default;
  std::vector<std::string> hosts;  // as written: [~]NAMESPACE/NAME

  static const FieldTable& fields();
};

// What happens to connections that are for nothing the mesh knows: closed, or let through.
enum class OutboundMode : uint8_t { registry_only, allow_any };

// An empty block means REGISTRY_ONLY, protobuf's zero.
struct OutboundTraffic {
  OutboundMode mode = OutboundMode::registry_only;
  std::optional<Destination> egress_proxy;

  static const FieldTable& fields();
};

// The spec.
struct Sidecar {
  std::optional<WorkloadLabels> workload_selector;  // none: every workload of the namespace
  std::vector<IngressListener> ingress;
  std::vector<EgressListener> egress;
  std::optional<ConnectionPool> inbound_connection_pool;
  std::optional<OutboundTraffic> outbound_traffic_policy;

  static const FieldTable& fields();
};

// A host of an egress listener, taken apart.
struct EgressHost {
  std::string space;  // "*": every namespace; "~": none
  std::string name;   // lower-cased; "*" or "*.x" stand for several
  bool excludes = false;

  friend bool operator==(const EgressHost&, const EgressHost&) = default;
};
// `own_space` is what "./" stands for.
EgressHost read_egress_host(std::string_view written, std::string_view own_space);

}  // namespace weft::api::istio
