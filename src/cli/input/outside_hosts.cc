#include "cli/input/outside_hosts.h"

namespace weft::cli {

api::Json outside_config_map(const OutsideHosts& outside) {
  std::string lines;
  for (const auto& [name, address] : outside.addresses) lines.append(name).append(" ").append(address).append("\n");
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", "weft-outside"}, {"namespace", "weft-system"}}},
          {"data", {{"hosts", lines}, {"ca.pem", outside.roots}}}};
}

}  // namespace weft::cli
