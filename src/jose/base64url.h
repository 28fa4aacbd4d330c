// Base64 with the URL alphabet and without padding (RFC 4648 section 5), as JWTs use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::jose {

std::string base64url(std::string_view bytes);

// Nothing for a text with other characters, an impossible length, or bits set that no byte owns: each byte string has
// exactly one spelling, so a signature can't be written in two ways.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace weft::jose
