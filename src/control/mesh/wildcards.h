// The patterns that match a host name, from the most specific to the least: the name itself, "*.b.c", "*.c", "*".
#pragma once

#include <string>
#include <string_view>

namespace weft::control::mesh {

// Calls visit(pattern) for each until it answers false.
template <class Visit>
void each_pattern_of(std::string_view host, Visit&& visit) {
  if (!visit(host)) return;
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1)) {
    if (!visit(std::string_view(std::string("*").append(host.substr(dot))))) return;
  }
  visit(std::string_view("*"));
}

}  // namespace weft::control::mesh
