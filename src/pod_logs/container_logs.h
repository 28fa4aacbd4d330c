// ContainerLogs: the containers of a pod and the files that hold what they write. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"

namespace weft::pod_logs {

// What kubectl and Istio call the container of a sidecar.
inline constexpr std::string_view kSidecarName = "istio-proxy";
inline constexpr std::string_view kProxyLog = "proxy.log";
// The first container's, whatever it is called.
inline constexpr std::string_view kAppLog = "app.log";

// A further container's. It may be called "app" or "proxy", too.
std::string further_log(std::string_view container);

// The folder of a pod's files in the state folder.
std::string pod_folder(std::string_view state_folder, std::string_view space, std::string_view pod);

// A value, made from a Pod object.
class ContainerLogs {
 public:
  explicit ContainerLogs(const api::Json& pod);

  // Without a sidecar's.
  const std::vector<std::string>& names() const { return names_; }
  // The name of the file in the pod's folder; nothing: the pod has no such container. A sidecar may always be asked
  // for.
  std::optional<std::string> file_of(std::string_view container) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace weft::pod_logs
