#include "cli/mesh/hop_names.h"

#include <fmt/format.h>

namespace weft::cli {

std::string or_else(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

std::string namespace_of(const FailedHop& hop) {
  return hop.pod.substr(0, hop.pod.find('/'));
}

std::string pod_name_of(const FailedHop& hop) {
  return hop.pod.substr(hop.pod.find('/') + 1);
}

std::string endpoint_of(const FailedHop& hop) {
  return or_else(hop.endpoint, "the endpoint");
}

std::string pc(std::string_view what, const FailedHop& hop) {
  return fmt::format("weft pc {} {}.{}", what, pod_name_of(hop), namespace_of(hop));
}

std::string application_logs(const FailedHop& hop) {
  return fmt::format("weft logs -n {} {}", namespace_of(hop), pod_name_of(hop));
}

std::string proxy_logs(const FailedHop& hop) {
  return application_logs(hop) + " --proxy";
}

std::string at_endpoint(const FailedHop& hop) {
  return hop.direction == "inbound" ? application_logs(hop) : pc("endpoints", hop);
}

}  // namespace weft::cli
