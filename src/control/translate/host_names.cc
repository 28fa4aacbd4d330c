#include "control/translate/host_names.h"

#include <iterator>

#include "control/translate/visibility.h"

namespace weft::control::translate {

std::vector<std::string> own_names(const mesh::Service& service, const Scope& scope) {
  std::vector<std::string> names = {service.host};
  if (service.registry == mesh::Registry::kubernetes) {
    names.push_back(service.host + ".");
    if (service.space == scope.space) names.push_back(service.name);
    names.push_back(service.name + "." + service.space + ".svc");
    names.push_back(service.name + "." + service.space);
  }
  for (const auto& address : service.addresses) {
    if (address.find('/') != std::string::npos) continue;
    // An IPv6 address stands in brackets in URLs (RFC 3986 3.2.2), and so in Host.
    names.push_back(address.find(':') == std::string::npos ? address : "[" + address + "]");
  }
  return names;
}

std::vector<std::string> alias_names(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  std::vector<std::string> names;
  for (const auto& alias : visible_aliases(view, scope, host)) {
    auto own = own_names(*alias, scope);
    std::ranges::move(own, std::back_inserter(names));
  }
  return names;
}

}  // namespace weft::control::translate
