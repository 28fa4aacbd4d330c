#include "node/pods/pod_kind.h"

namespace weft::node {
namespace {

std::string_view value_of(const model::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

PodKind kind_of(const api::Metadata& pod, const model::Labels& namespace_labels) {
  constexpr std::string_view kInject = "sidecar.istio.io/inject";
  if (pod.namespace_name == kSystemNamespace && pod.name == kGatewayName) return PodKind::gateway;
  const auto namespaces_word = value_of(namespace_labels, "istio-injection");
  if (namespaces_word == "disabled") return PodKind::unmeshed;
  auto pods_word = value_of(pod.labels, kInject);
  if (pods_word.empty()) pods_word = value_of(pod.annotations, kInject);
  if (pods_word == "true") return PodKind::meshed;
  if (pods_word == "false") return PodKind::unmeshed;
  return namespaces_word == "enabled" ? PodKind::meshed : PodKind::unmeshed;
}

bool only_waits(const api::Metadata& pod) {
  return value_of(pod.annotations, kExecAnnotation) == "true";
}

}  // namespace weft::node
