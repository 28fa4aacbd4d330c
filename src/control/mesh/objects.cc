#include "control/mesh/objects.h"

#include <algorithm>

namespace weft::control::mesh {

const ServicePort* Service::port(uint32_t number) const {
  auto found = std::find_if(ports.begin(), ports.end(), [&](const auto& port) { return port.number == number; });
  return found == ports.end() ? nullptr : &*found;
}

std::string_view tls_mode_label(const model::Labels& labels) {
  const auto found = labels.find("security.istio.io/tlsMode");
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

uint32_t target_of(const ServicePort& port, const Pod* pod) {
  if (port.target_name.empty()) return port.target_number;
  if (!pod) return 0;
  auto named = pod->named_ports.find(port.target_name);
  return named == pod->named_ports.end() ? 0 : named->second;
}

bool is_exported(const std::vector<std::string>& export_to, std::string_view own_space, std::string_view to_space) {
  if (export_to.empty()) return true;
  return std::any_of(export_to.begin(), export_to.end(), [&](const std::string& to) {
    return to == "*" || to == to_space || (to == "." && own_space == to_space);
  });
}

}  // namespace weft::control::mesh
