#include "proxy/http/grpc_response.h"

#include <array>
#include <string>

namespace weft::proxy {
namespace {

std::string_view grpc_status_of(uint16_t http_status) {
  switch (http_status) {
    case 400:
      return "13";  // INTERNAL
    case 401:
      return "16";  // UNAUTHENTICATED
    case 403:
      return "7";  // PERMISSION_DENIED
    case 404:
      return "12";  // UNIMPLEMENTED
    case 429:
    case 502:
    case 503:
    case 504:
      return "14";  // UNAVAILABLE
    default:
      return "2";  // UNKNOWN
  }
}

// Percent-Encoded of gRPC over HTTP/2: everything but visible ASCII and space, and the percent sign itself.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && byte != '%') {
      encoded += c;
      continue;
    }
    encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return encoded;
}

}  // namespace

bool is_grpc(const http::Headers& request) {
  constexpr std::string_view kGrpc = "application/grpc";
  const auto type = request.get(http::HeaderId::content_type);
  return type && type->starts_with(kGrpc) && (type->size() == kGrpc.size() || (*type)[kGrpc.size()] == '+');
}

void to_grpc_response(http::ResponseHead& response, std::string_view text, std::optional<uint32_t> grpc_status) {
  response.headers.set(http::HeaderId::content_type, "application/grpc");
  response.headers.set(http::HeaderId::grpc_status,
                       grpc_status ? std::to_string(*grpc_status) : std::string(grpc_status_of(response.status)));
  if (!text.empty()) response.headers.set(http::HeaderId::grpc_message, percent_encoded(text));
  response.status = 200;
}

}  // namespace weft::proxy
