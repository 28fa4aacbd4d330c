#include "cli/mesh/pod_log.h"

#include <fmt/format.h>

namespace weft::cli {

Expected<std::string> pod_log(const api::Json& pod, std::string_view container) {
  const pod_logs::ContainerLogs logs(pod);
  const std::string_view first = logs.names().empty() ? std::string_view() : logs.names().front();
  if (container.empty() && first.empty()) return std::string(pod_logs::kAppLog);
  if (auto file = logs.file_of(container.empty() ? first : container)) return *std::move(file);
  std::string known;
  for (const auto& name : logs.names()) known += name + ", ";
  return stop(Exit::failed, fmt::format("pod {} has no container \"{}\"; it has {}{}",
                                        pod["metadata"].value("name", ""), container, known, kSidecarName));
}

}  // namespace weft::cli
