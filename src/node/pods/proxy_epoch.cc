#include "node/pods/proxy_epoch.h"

#include "api/tree.h"

namespace weft::node {

std::optional<uint32_t> serving_epoch(std::string_view server_info) {
  static const api::Json::json_pointer kState("/state");
  static const api::Json::json_pointer kEpoch("/command_line_options/restart_epoch");
  const auto info = api::Json::parse(server_info, nullptr, false);
  if (!info.contains(kState) || info[kState] != "LIVE") return std::nullopt;
  if (!info.contains(kEpoch) || !info[kEpoch].is_number_unsigned()) return std::nullopt;
  return info[kEpoch].get<uint32_t>();
}

}  // namespace weft::node
