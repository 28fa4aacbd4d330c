// The names by which clients address a service. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/translate/client.h"

namespace weft::control::translate {

// Names, its own first, then its addresses (subnets are none). A ServiceEntry's host has no shorter form; a Kubernetes
// Service's has: name, name.ns, name.ns.svc, and the full one with the final dot.
std::vector<std::string> own_names(const mesh::Service& service, const Scope& scope);

// The names of the ExternalName Services that stand for a host and that they may see, in every form.
std::vector<std::string> alias_names(const mesh::MeshView& view, const Scope& scope, std::string_view host);

}  // namespace weft::control::translate
