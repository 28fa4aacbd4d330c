#include "api/injection.h"

namespace weft::api {
namespace {

constexpr std::string_view kInject = "sidecar.istio.io/inject";

std::string_view word_of(const model::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

bool wants_sidecar(const Metadata& pod, const model::Labels& namespace_labels) {
  const auto namespaces_word = word_of(namespace_labels, "istio-injection");
  if (namespaces_word == "disabled") return false;
  auto pods_word = word_of(pod.labels, kInject);
  if (pods_word.empty()) pods_word = word_of(pod.annotations, kInject);
  if (pods_word == "true" || pods_word == "false") return pods_word == "true";
  return namespaces_word == "enabled";
}

}  // namespace weft::api
