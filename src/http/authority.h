// The authority of a request: a host and perhaps a port (RFC 3986 3.2.2, 3.2.3). Pure.
#pragma once

#include <string_view>

namespace weft::http {

// Whether the text is a host, or an address (IPv6 in brackets), with at most a port behind it; no user info. Empty text
// is none.
bool is_authority(std::string_view text);

}  // namespace weft::http
