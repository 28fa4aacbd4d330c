// The request target and the Host field of HTTP/1.1 (RFC 9112 3.2): they become RequestHead's authority and path.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/h1/framing.h"
#include "http/message.h"

namespace weft::http::h1 {

// Takes the target apart by its form: origin ("/a?b"), absolute ("http://host/a"), asterisk (OPTIONS only). A fragment
// is refused; CONNECT's authority form is not served.
Violation read_target(std::string_view target, RequestHead& head);

// What the Host field has to say: it is the authority, or the target was absolute and the two must agree.
enum class Host : uint8_t { is_authority, must_agree };

// Moves Host out of the fields. HTTP/1.1 has exactly one (RFC 9112 3.2.2); it may be empty.
Violation take_host(Host role, RequestHead& head);

}  // namespace weft::http::h1
