#include "cli/mesh/pod_log.h"

#include <fmt/format.h>

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kProxyLog = "proxy.log";
constexpr const char* kAppLog = "app.log";

std::vector<std::string> container_names(const Json& pod) {
  std::vector<std::string> names;
  const Json::json_pointer containers("/spec/containers");
  if (!pod.contains(containers)) return names;
  for (const auto& container : pod[containers]) names.push_back(container.value("name", ""));
  return names;
}

// Whether the pod is a gateway: its one container is its proxy.
bool is_proxy(std::string_view container) {
  return container == kSidecarName || container == "weft-proxy";
}

}  // namespace

Expected<std::string> pod_log(const Json& pod, std::string_view container) {
  const auto names = container_names(pod);
  if (container == kSidecarName) return kProxyLog;
  if (container.empty()) return !names.empty() && is_proxy(names.front()) ? kProxyLog : kAppLog;
  std::string known;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == container) return i == 0 ? kAppLog : fmt::format("container.{}.log", container);
    known += names[i] + ", ";
  }
  return stop(Exit::failed, fmt::format("pod {} has no container \"{}\"; it has {}{}",
                                        pod["metadata"].value("name", ""), container, known, kSidecarName));
}

}  // namespace weft::cli
