// UTF-8 (RFC 3629), for formats that take no other text.
#pragma once

#include <string>
#include <string_view>

namespace weft {

// Whether every byte is part of a character.
bool is_utf8(std::string_view bytes);

// The same text, with `!` for every byte that is not part of a character, as Envoy writes it.
std::string as_utf8(std::string_view bytes);

}  // namespace weft
