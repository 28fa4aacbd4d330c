// The heads of HTTP messages as the rest of Weft sees them, whatever version they came in or go out by. Each belongs to
// one exchange on one connection and is reused for the next; clear() keeps the memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/headers.h"

namespace weft::http {

enum class Version : uint8_t { http10, http11, http2 };
std::string_view to_string(Version version);  // "HTTP/1.1", "HTTP/2"

// A request without its body. `authority` is the one host the request is for: Host in HTTP/1, :authority in HTTP/2, and
// an absolute target's host; it is never also in `headers`. `path` starts with "/" (or is "*" for OPTIONS) and holds
// the query, never a fragment; empty only for CONNECT. Headers hold no pseudo headers. What came from a codec is
// checked; what is set later must hold no control characters.
struct RequestHead {
  std::string method = "GET";
  std::string scheme = "http";
  std::string authority;
  std::string path = "/";
  Version version = Version::http11;
  Headers headers;

  bool is_head() const { return method == "HEAD"; }
  bool is_connect() const { return method == "CONNECT"; }
  // The path up to the query.
  std::string_view path_without_query() const { return std::string_view(path).substr(0, path.find('?')); }
  void clear();
  // Without std::swap's three moves: there is one for each request of HTTP/2.
  void swap(RequestHead& other) noexcept;
};

// A response without its body. The reason phrase is not kept: serializers write the standard one.
struct ResponseHead {
  uint16_t status = 200;
  Version version = Version::http11;
  Headers headers;

  bool is_informational() const { return status < 200; }
  void clear();
};

// "Not Found" for 404; "" for numbers without a registered phrase.
std::string_view reason_phrase(uint16_t status);

}  // namespace weft::http
