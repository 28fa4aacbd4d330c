#include "api/istio/workload_checks.h"

#include <fmt/format.h>

#include "api/text_checks.h"
#include "model/host_name.h"

namespace weft::api::istio {
namespace {

constexpr std::string_view kSocketScheme = "unix://";

void check_unix(const Place& place, const WorkloadEntry& entry) {
  const std::string_view path = std::string_view(entry.address).substr(kSocketScheme.size());
  const Place address = place.at("address");
  if (!is_socket_path(path)) {
    address.error(Code::bad_value, "a socket is unix:///PATH, which is no folder, or unix://@NAME");
  }
  if (!entry.ports.empty()) {
    place.at("ports").error(Code::conflicting_fields, "a socket has no ports", "remove ports");
  }
}

}  // namespace

bool is_socket_path(std::string_view path) {
  constexpr size_t kBytesMax = 107;  // of sockaddr_un
  return path.size() > 1 && path.size() <= kBytesMax && (path.front() == '/' || path.front() == '@') &&
         path.back() != '/';
}

bool is_resolvable(std::string_view name) {
  return name.find('*') == std::string_view::npos && !model::is_ip_address(name) && !check_host(name);
}

void check_workload_address(const Place& place, WorkloadEntry& entry) {
  const Place address = place.at("address");
  if (entry.address.empty() && entry.network.empty()) {
    address.error(Code::required, "address is missing");
  } else if (entry.address.empty()) {
    address.warn(Code::required, fmt::format("no address: only the gateways of network {} lead here", entry.network));
  } else if (entry.is_unix()) {
    check_unix(place, entry);
  } else if (!model::is_ip_address(entry.address) && !is_resolvable(entry.address)) {
    address.error(Code::bad_value, fmt::format("\"{}\" is no IP address, no name and no unix://PATH", entry.address));
  }
}

}  // namespace weft::api::istio
