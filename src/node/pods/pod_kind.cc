#include "node/pods/pod_kind.h"

#include "api/injection.h"

namespace weft::node {
namespace {

std::string_view value_of(const model::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

PodKind kind_of(const api::Metadata& pod, const model::Labels& namespace_labels) {
  if (serves_host(pod)) return PodKind::gateway;
  switch (api::injection_of(pod, namespace_labels)) {
    case api::Injection::none:
      return PodKind::unmeshed;
    case api::Injection::sidecar:
      return PodKind::meshed;
    case api::Injection::gateway:
      return PodKind::gateway;
  }
  return PodKind::unmeshed;
}

bool serves_host(const api::Metadata& pod) {
  return pod.namespace_name == kSystemNamespace && pod.name == kGatewayName;
}

bool only_waits(const api::Metadata& pod) {
  return value_of(pod.annotations, kExecAnnotation) == "true";
}

}  // namespace weft::node
