// Base64 (RFC 4648 section 4), as JSON carries bytes. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::api {

// Nothing if the text is not base64; padding may be left out, the URL alphabet is taken, too (protobuf's JSON).
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace weft::api
