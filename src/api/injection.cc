#include "api/injection.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::api {
namespace {

constexpr std::string_view kInject = "sidecar.istio.io/inject";
constexpr std::string_view kTemplates = "inject.istio.io/templates";

std::string_view word_of(const model::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_injected(const Metadata& pod, const model::Labels& namespace_labels) {
  const auto namespaces_word = word_of(namespace_labels, "istio-injection");
  if (namespaces_word == "disabled") return false;
  auto pods_word = word_of(pod.labels, kInject);
  if (pods_word.empty()) pods_word = word_of(pod.annotations, kInject);
  if (pods_word == "true" || pods_word == "false") return pods_word == "true";
  return namespaces_word == "enabled";
}

}  // namespace

bool asks_for_gateway(const Metadata& pod) {
  const auto templates = split(word_of(pod.annotations, kTemplates), ',');
  return std::ranges::any_of(templates, [](std::string_view name) { return trim(name) == "gateway"; });
}

Injection injection_of(const Metadata& pod, const model::Labels& namespace_labels) {
  if (!is_injected(pod, namespace_labels)) return Injection::none;
  return asks_for_gateway(pod) ? Injection::gateway : Injection::sidecar;
}

}  // namespace weft::api
