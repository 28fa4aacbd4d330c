// The mesh's objects as the view holds them: immutable values read from the resources once, when they change.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/destination_rule.h"
#include "api/istio/gateway.h"
#include "api/istio/virtual_service.h"
#include "control/mesh/protocol.h"
#include "model/labels.h"

namespace weft::control::mesh {

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

// A Service with its full host name.
struct Service {
  std::string host;  // nodejs-api.nodejs-app.svc.cluster.local
  std::string name;
  std::string space;
  std::string address;  // the cluster IP; empty when headless or not yet given
  bool headless = false;
  bool publishes_unready = false;
  model::Labels selector;
  std::vector<ServicePort> ports;
  std::vector<std::string> export_to;  // annotation networking.istio.io/exportTo; empty: everybody
  Origin origin;

  const ServicePort* port(uint32_t number) const;
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
  uint32_t trusted_proxies = 0;  // annotation proxy.istio.io/config: gatewayTopology.numTrustedProxies

  friend bool operator==(const Pod&, const Pod&) = default;
};
using PodPtr = std::shared_ptr<const Pod>;

// One address behind a Service with the port numbers it serves, by Service port name.
struct Endpoint {
  std::string address;
  std::string pod;  // empty when no Pod stands behind it
  std::string space;
  std::string workload;
  std::string zone;
  std::string hostname;
  bool ready = true;
  model::Labels labels;
  std::map<std::string, uint32_t> ports;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// All endpoints of a Service, ordered by address.
using Endpoints = std::vector<Endpoint>;
using EndpointsPtr = std::shared_ptr<const Endpoints>;

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

// The container port that a Service port leads to in a pod; 0 when the pod has none of that name.
uint32_t target_of(const ServicePort& port, const Pod* pod);

// exportTo: empty and "*" mean everybody, "." the object's own namespace, else the named ones.
bool is_exported(const std::vector<std::string>& export_to, std::string_view own_space, std::string_view to_space);

}  // namespace weft::control::mesh
