// Huffman coding of strings (RFC 7541 5.2). Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/byte_buffer.h"

namespace weft::http::h2::hpack {

// Appends the decoded text. false: EOS within it, or a padding that is longer than 7 bits or not all ones; `out` then
// holds a part.
bool huffman_decode(std::string_view coded, ByteBuffer& out);

// How many bytes huffman_encode() writes.
size_t huffman_size(std::string_view text);

// Writes the coded text at `out`, which has room for it, and says where it ends.
char* huffman_encode(std::string_view text, char* out);

}  // namespace weft::http::h2::hpack
