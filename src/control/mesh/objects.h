// The mesh's objects as the view holds them: immutable values read from the resources once, when they change.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/istio/authorization_policy.h"
#include "api/istio/destination_rule.h"
#include "api/istio/gateway.h"
#include "api/istio/peer_authentication.h"
#include "api/istio/proxy_config.h"
#include "api/istio/request_authentication.h"
#include "api/istio/sidecar.h"
#include "api/istio/virtual_service.h"
#include "control/mesh/protocol.h"
#include "model/labels.h"

namespace weft::control::mesh {

// "namespace/name"
inline std::string full_name_of(std::string_view space, std::string_view name) {
  return std::string(space).append("/").append(name);
}

// Where a decision comes from: shown by `weft why` and in every route and cluster.
struct Origin {
  std::string object;  // "VirtualService nodejs-app/nodejs-api"
  std::string
      config_path;   // "/apis/networking.istio.io/v1/namespaces/nodejs-app/virtual-service/nodejs-api", as Istio's
  std::string file;  // annotations weft.dev/file and weft.dev/line; empty when applied through the API
  std::string line;
};

// How old an object is, for "the oldest wins": creation time, then name, then namespace.
struct Age {
  std::string created;
  std::string name;
  std::string space;
  friend auto operator<=>(const Age&, const Age&) = default;
};

// A port of a Service. `target` is a number or the name of a container's port.
struct ServicePort {
  std::string name;
  uint32_t number = 0;
  uint32_t target_number = 0;
  std::string target_name;
  Protocol protocol = Protocol::tcp;
};

// One address behind a Service with the port numbers it serves, by Service port name.
struct Endpoint {
  std::string address;  // of a service that is resolved by DNS it may be a name
  std::string pod;      // empty when no Pod stands behind it
  std::string space;
  std::string workload;
  std::string zone;
  std::string hostname;
  uint32_t weight = 1;
  bool ready = true;
  bool has_sidecar = false;
  bool ends_mesh_tls = false;   // a proxy of its own, which is no gateway's, could end mutual TLS
  std::string service_account;  // its identity; empty: not known
  model::Labels labels;
  std::map<std::string, uint32_t> ports;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// All endpoints of a Service, ordered by address.
using Endpoints = std::vector<Endpoint>;
using EndpointsPtr = std::shared_ptr<const Endpoints>;

// Who says that a service exists.
enum class Registry : uint8_t { kubernetes, service_entry };

// Where connections to a service go: to endpoints that weftd lists, to the address the client dialled, to every address
// that a name resolves to, or to its first one (ServiceEntry.resolution).
enum class Resolution : uint8_t { listed, dialled, dns, first_of_dns };

// Which endpoints a service wants its clients to prefer (Service.trafficDistribution): those in their own zone, or
// those on their own node. The rest serve where there are none.
enum class Prefers : uint8_t { nothing, same_zone, same_node };

// A service with its full host name: a Kubernetes Service, or one host of a ServiceEntry.
struct Service {
  std::string host;  // nodejs-api.nodejs-app.svc.cluster.local; of a ServiceEntry also "*.x.com"
  std::string name;
  std::string space;
  std::string alias_of;  // the host it stands for (externalName): such a Service is kept by Aliases alone
  Registry registry = Registry::kubernetes;
  Resolution resolution = Resolution::listed;
  // What clients dial: the cluster IP, none when headless or not yet given; a ServiceEntry may have several, or
  // subnets.
  std::vector<std::string> addresses;
  bool headless = false;
  bool is_external = false;  // location MESH_EXTERNAL
  bool publishes_unready = false;
  Prefers prefers = Prefers::nothing;
  model::Labels selector;
  std::vector<ServicePort> ports;
  std::vector<std::string> export_to;          // annotation networking.istio.io/exportTo; empty: everybody
  Endpoints own_endpoints;                     // ServiceEntry.endpoints
  std::vector<std::string> subject_alt_names;  // ServiceEntry.subjectAltNames: what its servers may be called
  Origin origin;
  Age age;

  const ServicePort* port(uint32_t number) const;
  bool resolves_names() const { return resolution == Resolution::dns || resolution == Resolution::first_of_dns; }
};
using ServicePtr = std::shared_ptr<const Service>;

// A Pod, as far as routing cares.
struct Pod {
  std::string name;
  std::string space;
  std::string ip;
  std::string uid;
  std::string service_account;
  std::string workload;  // the Deployment's name, or the pod's own
  model::Labels labels;
  std::map<std::string, uint32_t> named_ports;
  bool ready = false;
  bool has_sidecar = false;
  bool is_gateway = false;  // Istio's gateway template is injected: the pod serves what Gateways say
  std::optional<api::istio::Topology> topology;  // annotation proxy.istio.io/config: gatewayTopology

  friend bool operator==(const Pod&, const Pod&) = default;
};
using PodPtr = std::shared_ptr<const Pod>;

// A WorkloadEntry: a workload that is no Pod. `endpoint` is what services that select its labels get.
struct WorkloadEntry {
  std::string space;
  Endpoint endpoint;

  friend bool operator==(const WorkloadEntry&, const WorkloadEntry&) = default;
};
using WorkloadEntryPtr = std::shared_ptr<const WorkloadEntry>;

// A VirtualService with full host names. Its gateways, also those of its matches, are "mesh" or NAMESPACE/NAME.
struct VirtualService {
  std::string space;
  std::vector<std::string> hosts;
  api::istio::VirtualService spec;
  Origin origin;
  Age age;
};
using VirtualServicePtr = std::shared_ptr<const VirtualService>;

// A DestinationRule with its full host name (or wildcard).
struct DestinationRule {
  std::string space;
  std::string host;
  bool prefers_fast = false;  // annotation weft.dev/balancing: peak-ewma
  api::istio::DestinationRule spec;
  Origin origin;
  Age age;
};
using DestinationRulePtr = std::shared_ptr<const DestinationRule>;

// A Gateway.
struct Gateway {
  std::string name;  // "namespace/name", as VirtualServices know it
  std::string space;
  api::istio::Gateway spec;
  Origin origin;
  Age age;
};
using GatewayPtr = std::shared_ptr<const Gateway>;

// A Sidecar, with the hosts of its egress listeners taken apart.
struct Sidecar {
  std::string name;  // "namespace/name"
  std::string space;
  api::istio::Sidecar spec;
  std::vector<std::vector<api::istio::EgressHost>> egress_hosts;  // one list for each of spec.egress
  Age age;
};
using SidecarPtr = std::shared_ptr<const Sidecar>;

// A PeerAuthentication.
struct PeerAuthentication {
  std::string name;  // "namespace/name"
  std::string space;
  model::Labels selector;  // empty: every workload of the namespace, in the root namespace of the mesh
  api::istio::MutualTlsMode mode = api::istio::MutualTlsMode::unset;
  std::map<uint32_t, api::istio::MutualTlsMode> ports;  // of the workload
  Origin origin;
  Age age;
};
using PeerAuthenticationPtr = std::shared_ptr<const PeerAuthentication>;

// A RequestAuthentication that workloads' own proxies enforce.
struct RequestAuthentication {
  std::string name;  // "namespace/name"
  std::string space;
  model::Labels selector;    // empty: every workload
  bool needs_expiry = true;  // no annotation weft.dev/token-expiry says otherwise
  api::istio::RequestAuthentication spec;
  Age age;
};
using RequestAuthenticationPtr = std::shared_ptr<const RequestAuthentication>;

// An AuthorizationPolicy that workloads' own proxies enforce.
struct AuthorizationPolicy {
  std::string name;  // "namespace/name"
  std::string space;
  model::Labels selector;   // empty: every workload
  bool is_dry_run = false;  // annotation istio.io/dry-run: told about, not enforced
  api::istio::AuthorizationPolicy spec;
  Age age;
};
using AuthorizationPolicyPtr = std::shared_ptr<const AuthorizationPolicy>;

// Istio's label security.istio.io/tlsMode: "istio", "disabled"; empty where there is none.
std::string_view tls_mode_label(const model::Labels& labels);

// The container port that a Service port leads to in a pod; 0 when the pod has none of that name.
uint32_t target_of(const ServicePort& port, const Pod* pod);

// exportTo: empty and "*" mean everybody, "." the object's own namespace, else the named ones.
bool is_exported(const std::vector<std::string>& export_to, std::string_view own_space, std::string_view to_space);

// What holds where an object has no exportTo. Shares with its copies.
class DefaultExport {
 public:
  explicit DefaultExport(std::vector<std::string> export_to = {})
      : export_to_(std::make_shared<const std::vector<std::string>>(std::move(export_to))) {}

  const std::vector<std::string>& of(const std::vector<std::string>& said) const {
    return said.empty() ? *export_to_ : said;
  }

 private:
  std::shared_ptr<const std::vector<std::string>> export_to_;
};

}  // namespace weft::control::mesh
