// Service (core/v1): what a mesh reads of it. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/labels.h"

namespace weft::api {
class FieldTable;
}

namespace weft::api::kubernetes {

// A port by number or by the name of a container's port (Kubernetes' IntOrString). Number 0 and no name: unset.
struct PortReference {
  int32_t number = 0;
  std::string name;

  bool is_set() const { return number != 0 || !name.empty(); }
  friend bool operator==(const PortReference&, const PortReference&) = default;
};

// One port. With several ports each has a name, unique within the Service.
struct ServicePort {
  std::string name;
  std::string protocol = "TCP";
  std::string app_protocol;
  int32_t port = 0;
  PortReference target_port;  // unset: the same number as `port`
  int32_t node_port = 0;

  static const FieldTable& fields();
};

// A Service. cluster_ip is "None" for headless ones, empty until weftd has given one.
struct Service {
  std::string type = "ClusterIP";  // or NodePort, LoadBalancer, ExternalName
  std::string cluster_ip;
  std::vector<std::string> cluster_ips;
  std::vector<std::string> external_ips;
  std::string external_name;
  model::Labels selector;
  std::vector<ServicePort> ports;
  bool publish_not_ready_addresses = false;
  std::string session_affinity;
  std::string internal_traffic_policy;
  std::string traffic_distribution;

  bool is_headless() const { return cluster_ip == "None"; }

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
