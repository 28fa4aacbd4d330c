// Objects for tests, as the store would hand them over.
#pragma once

#include <string>

#include "api/tree.h"
#include "control/mesh/object_change.h"

namespace weft::control::mesh {

// `spec` is YAML of everything besides apiVersion, kind and metadata's name and namespace:
// "metadata: {labels: {a: b}}\nspec: {...}".
inline ObjectChange object(const std::string& type, const std::string& space, const std::string& name,
                           const std::string& rest) {
  // What a store's type is called in YAML.
  struct Kind {
    const char* type;
    const char* api_version;
    const char* kind;
  };
  static constexpr Kind kKinds[] = {
      {"/services", "v1", "Service"},
      {"/pods", "v1", "Pod"},
      {"discovery.k8s.io/endpointslices", "discovery.k8s.io/v1", "EndpointSlice"},
      {"networking.istio.io/virtualservices", "networking.istio.io/v1", "VirtualService"},
      {"networking.istio.io/destinationrules", "networking.istio.io/v1", "DestinationRule"},
      {"networking.istio.io/gateways", "networking.istio.io/v1", "Gateway"},
      {"networking.istio.io/serviceentries", "networking.istio.io/v1", "ServiceEntry"},
      {"networking.istio.io/workloadentries", "networking.istio.io/v1", "WorkloadEntry"},
      {"networking.istio.io/sidecars", "networking.istio.io/v1", "Sidecar"},
      {"security.istio.io/peerauthentications", "security.istio.io/v1", "PeerAuthentication"},
      {"security.istio.io/requestauthentications", "security.istio.io/v1", "RequestAuthentication"},
      {"security.istio.io/authorizationpolicies", "security.istio.io/v1", "AuthorizationPolicy"},
      {"networking.k8s.io/networkpolicies", "networking.k8s.io/v1", "NetworkPolicy"},
      {"/namespaces", "v1", "Namespace"},
      {"/configmaps", "v1", "ConfigMap"},
  };
  api::Json json = api::Json::object();
  auto file = api::parse_yaml(rest, "test");
  if (!file.documents.empty()) json = api::to_json(file.documents.front());
  for (const auto& kind : kKinds) {
    if (type != kind.type) continue;
    json["apiVersion"] = kind.api_version;
    json["kind"] = kind.kind;
  }
  json["metadata"]["name"] = name;
  json["metadata"]["namespace"] = space;
  return {.type = type, .space = space, .name = name, .json = json.dump()};
}

inline ObjectChange service(const std::string& space, const std::string& name, const std::string& spec) {
  return object("/services", space, name, "spec: " + spec);
}
inline ObjectChange pod(const std::string& space, const std::string& name, const std::string& ip,
                        const std::string& labels) {
  return object(
      "/pods", space, name,
      "metadata: {labels: " + labels + "}\nspec: {containers: [{name: c, image: i}]}\nstatus: {podIP: " + ip + "}");
}
inline ObjectChange virtual_service(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/virtualservices", space, name, "spec: " + spec);
}
inline ObjectChange destination_rule(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/destinationrules", space, name, "spec: " + spec);
}
inline ObjectChange gateway(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/gateways", space, name, "spec: " + spec);
}
inline ObjectChange service_entry(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/serviceentries", space, name, "spec: " + spec);
}
inline ObjectChange workload_entry(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/workloadentries", space, name, "spec: " + spec);
}
inline ObjectChange sidecar(const std::string& space, const std::string& name, const std::string& spec) {
  return object("networking.istio.io/sidecars", space, name, "spec: " + spec);
}
inline ObjectChange mesh_config(const std::string& flow_map) {
  return object("/configmaps", "istio-system", "istio", "data: {mesh: \"" + flow_map + "\"}");
}
// One port "http" at 8080; `endpoints` are entries of the list: "{addresses: [10.0.0.1], ...}".
inline ObjectChange slice(const std::string& space, const std::string& name, const std::string& service,
                          const std::string& endpoints) {
  return object("discovery.k8s.io/endpointslices", space, name,
                "metadata: {labels: {kubernetes.io/service-name: " + service +
                    "}}\naddressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints: [" + endpoints + "]");
}
inline ObjectChange removed(ObjectChange change) {
  change.json.clear();
  return change;
}

}  // namespace weft::control::mesh
