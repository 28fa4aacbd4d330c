// JSON string literals for the small documents that the admin pages print.
#pragma once

#include <string>
#include <string_view>

namespace weft::proxy {

// The text in quotes, escaped (RFC 8259 7). Bytes that are not UTF-8 pass as they are.
std::string json_text(std::string_view text);

}  // namespace weft::proxy
