// What the tables say about kinds and fields, for people: `weft explain` and the reference page. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/kinds.h"
#include "base/error.h"

namespace weft::api {

// One field and what is below it: explain("vs.spec.http.retries"). The first part is a kind by any of its words, or
// "meshconfig"; lists and maps are passed through without an index. The error names the nearest field.
Result<std::string> explain(std::string_view path);

// docs/reference/resources.md: every kind, every field, its type, default and whether it is in force.
std::string reference_page();

// docs/reference/mesh-config.md: the same of MeshConfig, which is no kind of its own.
std::string mesh_config_page();

}  // namespace weft::api
