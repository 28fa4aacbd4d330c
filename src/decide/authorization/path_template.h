// Path templates (envoy.extensions.path.match.uri_template.v3): "*" is one segment, "**" all that is left, nothing
// included.
#pragma once

#include <string_view>

#include "base/error.h"
#include "decide/text_match.h"

namespace weft::decide {

// "/api/*/items/**": what matches paths without their query as a whole. An operator takes any character, also those
// that Envoy's leaves out ('=' and what a URI would have to escape): a rule that refuses cannot be passed by with them.
// Fails on what is no such template, and on variables ("{name}"), which Istio never sends.
Result<Regex> compile_path_template(std::string_view text);

}  // namespace weft::decide
