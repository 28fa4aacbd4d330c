// Resource: one checked object: its kind, its metadata, its body as JSON and its typed value. check() makes it from a
// tree (of a file or of an API request) and says everything that is wrong with it. Plain values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/finding.h"
#include "api/istio/authorization_policy.h"
#include "api/istio/destination_rule.h"
#include "api/istio/gateway.h"
#include "api/istio/peer_authentication.h"
#include "api/istio/request_authentication.h"
#include "api/istio/service_entry.h"
#include "api/istio/sidecar.h"
#include "api/istio/virtual_service.h"
#include "api/istio/workload_entry.h"
#include "api/kinds.h"
#include "api/kubernetes/config_map.h"
#include "api/kubernetes/deployment.h"
#include "api/kubernetes/endpoint_slice.h"
#include "api/kubernetes/namespace.h"
#include "api/kubernetes/network_policy.h"
#include "api/kubernetes/pod.h"
#include "api/kubernetes/service.h"
#include "api/metadata.h"
#include "api/tree.h"

namespace weft::api {

using Value = std::variant<std::monostate, kubernetes::Namespace, kubernetes::ServiceAccount, kubernetes::ConfigMap,
                           kubernetes::Service, kubernetes::EndpointSlice, kubernetes::Pod, kubernetes::Deployment,
                           istio::VirtualService, istio::DestinationRule, istio::Gateway, istio::ServiceEntry,
                           istio::WorkloadEntry, istio::WorkloadGroup, istio::Sidecar, istio::PeerAuthentication,
                           istio::RequestAuthentication, istio::AuthorizationPolicy, kubernetes::NetworkPolicy>;

// A checked object. `body` is the object as it was given (unknown fields and old spellings included), with apiVersion,
// kind, metadata.name and metadata.namespace made sure of; it is what the store keeps and `weft get -o yaml` prints.
// `value` has defaults filled in and old spellings mapped.
struct Resource {
  const Kind* kind = nullptr;  // never null; lives as long as the process
  Metadata metadata;
  Json body;
  Value value;

  // Where it came from, when it came from a file; the tree is kept for checks across objects that point into it.
  std::shared_ptr<const SourceFile> source;
  std::shared_ptr<const Node> tree;

  // The typed value, or nullptr when the resource is of another kind.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }

  // "VirtualService nodejs-app/nodejs-api", "Namespace nodejs-app": as findings and origins name it.
  std::string title() const;
  // "virtualservice.networking.istio.io/nodejs-api", "pod/x": as kubectl's -o name prints it.
  std::string slug() const;
  // Line of the object's first key in its file; 0 when it came from the API.
  uint32_t line() const;
};

// What unknown fields are, as Kubernetes' fieldValidation: an error, a warning, or nothing. Everything else that is
// wrong is an error however strict.
enum class Strictness : uint8_t { strict, warn, ignore };

// How strictly, in which namespace, and from which text an object is checked.
struct CheckOptions {
  Strictness strictness = Strictness::strict;
  std::string default_namespace = "default";  // for namespaced objects that name none
  std::shared_ptr<const SourceFile> source;   // quoted in findings; null for API objects
};

// What came of one object. `resource` is there when no finding is an error.
struct Checked {
  std::optional<Resource> resource;
  Findings findings;
};

Checked check(const Node& object, const CheckOptions& options);
Checked check(const Json& object, const CheckOptions& options);

// What came of several objects: every resource that is sound, every finding of every object.
struct CheckedAll {
  std::vector<Resource> resources;
  Findings findings;
};

// All documents of a file; `kind: List` (and XList) is unfolded. The file's own findings come first.
CheckedAll check_file(const YamlFile& file, Strictness strictness, std::string_view default_namespace);

// A file, or every *.yaml, *.yml and *.json below a directory (by name, hidden ones left out), or "-".
// The same object twice is an error.
CheckedAll check_path(const std::string& path, Strictness strictness, std::string_view default_namespace);

// The body of a typed value's spec and so on with defaults filled in and old spellings mapped: what is in force.
Json effective_body(const Resource& resource);

// Checks across objects: unknown subsets (error when a DestinationRule of the host is known), unknown hosts, hosts
// claimed twice. Findings are only about `changed`; `known` is what else there is (the store), older versions of
// changed objects included: they are passed over.
Findings check_references(const std::vector<const Resource*>& changed, const std::vector<const Resource*>& known);

}  // namespace weft::api
