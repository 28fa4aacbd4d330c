#include "http/message.h"

#include <array>
#include <utility>

namespace weft::http {
namespace {

struct Phrase {
  uint16_t status;
  std::string_view text;
};

// RFC 9110 15, RFC 8297 (103), RFC 4918 (102, 207, 507), RFC 6585, RFC 8470 (425).
constexpr auto kPhrases = [] {
  std::array<std::string_view, 600> by_status{};
  for (const Phrase& phrase : std::to_array<Phrase>({
           {100, "Continue"},
           {101, "Switching Protocols"},
           {102, "Processing"},
           {103, "Early Hints"},
           {200, "OK"},
           {201, "Created"},
           {202, "Accepted"},
           {203, "Non-Authoritative Information"},
           {204, "No Content"},
           {205, "Reset Content"},
           {206, "Partial Content"},
           {207, "Multi-Status"},
           {300, "Multiple Choices"},
           {301, "Moved Permanently"},
           {302, "Found"},
           {303, "See Other"},
           {304, "Not Modified"},
           {307, "Temporary Redirect"},
           {308, "Permanent Redirect"},
           {400, "Bad Request"},
           {401, "Unauthorized"},
           {402, "Payment Required"},
           {403, "Forbidden"},
           {404, "Not Found"},
           {405, "Method Not Allowed"},
           {406, "Not Acceptable"},
           {408, "Request Timeout"},
           {409, "Conflict"},
           {410, "Gone"},
           {411, "Length Required"},
           {412, "Precondition Failed"},
           {413, "Content Too Large"},
           {414, "URI Too Long"},
           {415, "Unsupported Media Type"},
           {416, "Range Not Satisfiable"},
           {417, "Expectation Failed"},
           {418, "I'm a teapot"},
           {421, "Misdirected Request"},
           {422, "Unprocessable Content"},
           {425, "Too Early"},
           {426, "Upgrade Required"},
           {428, "Precondition Required"},
           {429, "Too Many Requests"},
           {431, "Request Header Fields Too Large"},
           {500, "Internal Server Error"},
           {501, "Not Implemented"},
           {502, "Bad Gateway"},
           {503, "Service Unavailable"},
           {504, "Gateway Timeout"},
           {505, "HTTP Version Not Supported"},
           {507, "Insufficient Storage"},
       }))
    by_status[phrase.status] = phrase.text;
  return by_status;
}();

}  // namespace

std::string_view to_string(Version version) {
  switch (version) {
    case Version::http10:
      return "HTTP/1.0";
    case Version::http11:
      return "HTTP/1.1";
    case Version::http2:
      return "HTTP/2";
  }
  return "";
}

void RequestHead::clear() {
  method.clear();
  scheme = "http";
  authority.clear();
  path.clear();
  version = Version::http11;
  headers.clear();
}

void RequestHead::swap(RequestHead& other) noexcept {
  method.swap(other.method);
  scheme.swap(other.scheme);
  authority.swap(other.authority);
  path.swap(other.path);
  std::swap(version, other.version);
  std::swap(headers, other.headers);
}

void ResponseHead::clear() {
  status = 200;
  version = Version::http11;
  headers.clear();
}

std::string_view reason_phrase(uint16_t status) {
  return status < kPhrases.size() ? kPhrases[status] : std::string_view();
}

}  // namespace weft::http
