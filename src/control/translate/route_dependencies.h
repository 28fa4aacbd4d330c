// What the routes of a host depend on besides its own objects. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "control/translate/client.h"

namespace weft::control::translate {

// The hosts that the VirtualService of `host` sends requests to: their ports and rules decide over its routes, too.
std::set<std::string> hosts_behind(const mesh::MeshView& view, const Scope& scope, std::string_view host);

// Adds the full names of all hosts that a VirtualService's rules lead to, its delegates' included.
void add_destinations(const mesh::MeshView& view, const mesh::VirtualService& virtual_service,
                      std::set<std::string>& hosts);

}  // namespace weft::control::translate
