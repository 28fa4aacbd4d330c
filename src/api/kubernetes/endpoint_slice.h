// EndpointSlice (discovery.k8s.io/v1): the addresses behind a Service. The Service's name is in the label
// kubernetes.io/service-name. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::api {
class FieldTable;
}

namespace weft::api::kubernetes {

inline constexpr char kServiceNameLabel[] = "kubernetes.io/service-name";

// The object behind an endpoint: a Pod.
struct ObjectReference {
  std::string kind;
  std::string namespace_name;
  std::string name;
  std::string uid;

  static const FieldTable& fields();
};

// The state of one endpoint, three-valued as Kubernetes has it.
struct EndpointConditions {
  std::optional<bool> ready;  // unset counts as ready
  std::optional<bool> serving;
  std::optional<bool> terminating;

  static const FieldTable& fields();
};

// One endpoint: a pod. All addresses lead to it; there is one at least.
struct SliceEndpoint {
  std::vector<std::string> addresses;
  EndpointConditions conditions;
  std::string hostname;
  std::string node_name;
  std::string zone;
  std::optional<ObjectReference> target;

  bool is_ready() const { return conditions.ready.value_or(true); }

  static const FieldTable& fields();
};

// Here `name` equals the Service port's name and `port` is the number on the pod.
struct SlicePort {
  std::string name;
  std::string protocol = "TCP";
  std::string app_protocol;
  std::optional<int32_t> port;

  static const FieldTable& fields();
};

// Part of the endpoints of a Service; a Service may have several slices.
struct EndpointSlice {
  std::string address_type;  // IPv4, IPv6 or FQDN
  std::vector<SliceEndpoint> endpoints;
  std::vector<SlicePort> ports;

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
