// The name table that a sidecar's DNS answers from. Pure.
#pragma once

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

inline constexpr std::string_view kNameTable = "NameTable";

// Every visible service under its host name: what clients dial, given or allocated, or the addresses of its pods when
// it is headless (these also under a name of their own, where the pod has a host name).
Encoded name_table(const mesh::MeshView& view, const Scope& scope);

}  // namespace weft::control::translate
