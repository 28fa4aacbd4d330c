// VirtualService.http[].delegate: the rules of another VirtualService in the place of one. Pure.
#pragma once

#include "control/mesh/objects.h"

namespace weft::control::mesh {

// The delegate as it speaks for one rule of `root`: each of its rules combined with each match of that rule (those that
// exclude each other are dropped), with the rule's settings where it has none of its own, bound to the root's gateways.
VirtualService merge_delegate(const VirtualService& root, const api::istio::HttpRoute& rule,
                              const VirtualService& delegate);

// The object that a rule delegates to, "namespace/name".
std::string delegate_name(const api::istio::Delegate& delegate, std::string_view root_space);

}  // namespace weft::control::mesh
