#include "api/istio/mesh_config_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/istio/virtual_service_checks.h"

namespace weft::api::istio {
namespace {

void check_exports(const Place& place, std::string_view name, const std::vector<std::string>& exports) {
  const Place list = place.at(name);
  if (exports.size() < 2) return;
  const bool has_word = std::ranges::any_of(exports, [](const auto& to) { return to == "*" || to == "~"; });
  if (has_word) list.error(Code::conflicting_fields, "\"*\" and \"~\" stand alone", "remove the others");
}

void check_provider_names(const Place& place, const MeshConfig& mesh) {
  const Place list = place.at("extensionProviders");
  std::set<std::string_view> names;
  for (size_t i = 0; i < mesh.extension_providers.size(); ++i) {
    const std::string& name = mesh.extension_providers[i].name;
    if (name.empty() || names.insert(name).second) continue;
    const Place provider = list.at(i);
    provider.at("name").error(Code::bad_value, fmt::format("the provider \"{}\" stands twice", name));
  }
}

}  // namespace

void check_mesh_outbound_traffic(const Place& place, MeshOutboundTraffic& policy) {
  if (policy.mode != MeshOutboundMode::allow_any_dynamic_dns) return;
  place.at("mode").warn(
      Code::not_in_force,
      "accepted, not yet in force: ALLOW_ANY_DYNAMIC_DNS; connections go where they were addressed to");
}

void check_mesh_config(const Place& place, MeshConfig& mesh) {
  check_exports(place, "defaultServiceExportTo", mesh.default_service_export_to);
  check_exports(place, "defaultVirtualServiceExportTo", mesh.default_virtual_service_export_to);
  check_exports(place, "defaultDestinationRuleExportTo", mesh.default_destination_rule_export_to);
  check_provider_names(place, mesh);
  if (mesh.locality_lb_setting && mesh.zone_aware_lb_setting) {
    place.at("zoneAwareLbSetting")
        .error(Code::conflicting_fields, "localityLbSetting and zoneAwareLbSetting exclude each other", "keep one");
  }
}

}  // namespace weft::api::istio
