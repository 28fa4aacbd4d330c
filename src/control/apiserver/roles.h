// Roles: what a call needs to be allowed. What decides who is trusted (certificates, roots, tokens, everything in the
// mesh's own namespace) is the admin's; the rest is an editor's; looking is a viewer's, but not at secrets. Pure.
#pragma once

#include <optional>

#include "control/apiserver/call.h"
#include "control/apiserver/target.h"
#include "control/ca/api_tokens.h"

namespace weft::control {

// The least role for a call, by its method and path.
Role needed_role(const Call& call, const std::optional<Target>& target);
// The same of a method on a resource.
Role needed_role(const Target& target, std::string_view method);

// The least role for writing an object, wherever it is written: an apply has many in its body.
Role needed_to_write(const api::Kind& kind, std::string_view space, std::string_view name);

// Fails with 403 where the caller's role is not enough.
Reply<> check_role(Role caller, Role needed);

}  // namespace weft::control
