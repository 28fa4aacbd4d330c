// The octets that an HTTP/2 connection begins with where nothing was negotiated (RFC 9113 3.4). They are made to look
// like the begin of a request of HTTP/1, so that servers which know nothing else refuse them.
#pragma once

#include <string_view>

namespace weft::http {

inline constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
// Nothing else begins like this.
inline constexpr std::string_view kHttp2FirstLine = kHttp2Preface.substr(0, 16);

}  // namespace weft::http
