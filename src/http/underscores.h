// What becomes of header names with "_": some back ends read "-" and "_" as the same, so edges refuse them.
#pragma once

#include <cstdint>

namespace weft::http {

enum class Underscores : uint8_t { keep, refuse };

}  // namespace weft::http
