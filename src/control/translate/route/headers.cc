// VirtualService.http[].headers.
#include <envoy/config/route/v3/route_components.pb.h>

#include "base/strings.h"
#include "control/translate/route/header_operations.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {

bool is_authority(const std::string& name) {
  return equal_ignoring_case(name, "host") || equal_ignoring_case(name, ":authority");
}

std::optional<std::string> authority_in(const std::optional<api::istio::Headers>& headers) {
  if (!headers || !headers->request) return std::nullopt;
  for (const auto* texts : {&headers->request->set, &headers->request->add}) {
    for (const auto& [name, value] : *texts) {
      if (is_authority(name)) return value;
    }
  }
  return std::nullopt;
}

void apply_headers(const api::istio::HttpRoute& rule, Route& route) {
  fill_header_operations(rule.headers, route);
}

}  // namespace weft::control::translate
