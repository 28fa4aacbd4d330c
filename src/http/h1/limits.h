// Limits of the HTTP/1.1 codec against a hostile peer, with the values that Weft ships.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::http::h1 {

// What becomes of header names with "_": some back ends read "-" and "_" as the same, so edges refuse them.
enum class Underscores : uint8_t { keep, refuse };

// Sizes in bytes. A value, fixed when a connection begins.
struct Limits {
  size_t head_bytes_max = 60 * 1024;  // Envoy's default: request or status line and all fields
  size_t fields_max = 100;            // Envoy's default
  size_t target_bytes_max = 8 * 1024;
  size_t trailer_bytes_max = 8 * 1024;
  size_t trailer_fields_max = 32;
  size_t chunk_line_bytes_max = 4 * 1024;        // size and extensions of one chunk
  size_t chunk_extension_bytes_max = 16 * 1024;  // all extensions of one message
  Underscores underscores = Underscores::keep;
};

}  // namespace weft::http::h1
