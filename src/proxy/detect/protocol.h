// What a client speaks, told from the first bytes it sends. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft::proxy {

// `undecided`: more bytes are needed. `opaque`: none of the others, so bytes to be passed on as they are.
enum class Protocol : uint8_t { undecided, http10, http11, http2, tls, opaque };

// HTTP/1 is told by a whole request line, HTTP/2 by its preface (RFC 9113 3.4), TLS by a record that begins with a
// hello (RFC 8446 4 and 5.1).
Protocol detect_protocol(std::string_view bytes);

// The same where only TLS is of interest: all else is opaque, which the first byte tells.
Protocol detect_tls(std::string_view bytes);

// As filter chains name it ("http/1.1", "h2c"); nothing for what they have no name for.
std::span<const std::string> application_protocols(Protocol protocol);

}  // namespace weft::proxy
