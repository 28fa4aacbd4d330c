// Serializers of HTTP/1.1 heads, chunks and trailers into a buffer that is sent as it is. What goes out always has CR
// LF line ends, canonical lengths and at most one framing field, whatever came in.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/h1/framing.h"
#include "http/message.h"

namespace weft::http::h1 {

// What the Connection field says on the way out. `silent`: nothing, the version's default holds.
enum class Persistence : uint8_t { silent, keep_alive, close };

// Writes the request head in HTTP/1.1: method, target, Host, the fields, then the framing that `body` asks for. Framing
// fields among head.headers yield to `body` (none: as the fields are, without Transfer-Encoding). Takes a head without
// hop-by-hop fields (see hop_by_hop.h), except Upgrade, which gets its "Connection: upgrade".
void append_request_head(ByteBuffer& out, const RequestHead& head, BodyLength body, Persistence persistence);

// Writes the response head, by the same rules: with `none`, the Content-Length of an answer to HEAD or of a 304 stays.
void append_response_head(ByteBuffer& out, const ResponseHead& head, BodyLength body, Persistence persistence);

// A chunk is its line, its data, CR LF; an empty one would end the body, so `size` > 0.
void append_chunk_line(ByteBuffer& out, uint64_t size);
void append_chunk(ByteBuffer& out, std::string_view data);
// The last chunk, the trailers and the end.
void append_last_chunk(ByteBuffer& out, const Headers& trailers);

}  // namespace weft::http::h1
