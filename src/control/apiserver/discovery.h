// Discovery: what the API serves, for kubectl and client libraries: /api, /apis, /api/v1, /apis/GROUP[/VERSION],
// /version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/tree.h"

namespace weft::control {

// The document at a path; nothing when the path is none of discovery's.
std::optional<api::Json> discovery_document(const std::vector<std::string>& path);

}  // namespace weft::control
