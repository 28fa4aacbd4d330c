#include "pod_logs/container_logs.h"

#include <algorithm>

namespace weft::pod_logs {
namespace {

using api::Json;

// What a gateway's one container may be called: it is the pod's proxy.
bool is_proxy(std::string_view container) {
  return container == kSidecarName || container == "weft-proxy";
}

}  // namespace

std::string further_log(std::string_view container) {
  return "container." + std::string(container) + ".log";
}

std::string pod_folder(std::string_view state_folder, std::string_view space, std::string_view pod) {
  std::string path(state_folder);
  path += "/pods/";
  path += space;
  path += '.';
  path += pod;
  return path;
}

ContainerLogs::ContainerLogs(const Json& pod) {
  const Json::json_pointer containers("/spec/containers");
  if (!pod.contains(containers) || !pod[containers].is_array()) return;
  for (const Json& container : pod[containers]) names_.push_back(container.value("name", ""));
}

std::optional<std::string> ContainerLogs::file_of(std::string_view container) const {
  if (container == kSidecarName) return std::string(kProxyLog);
  const auto found = std::ranges::find(names_, container);
  if (found == names_.end()) return std::nullopt;
  if (found != names_.begin()) return further_log(container);
  return std::string(is_proxy(container) ? kProxyLog : kAppLog);
}

}  // namespace weft::pod_logs
