#include "proxy/http/grpc_response.h"

#include <string>

#include "http/grpc_code.h"

namespace weft::proxy {
namespace {

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
                       std::to_string(grpc_status.value_or(http::grpc_code_of(response.status))));
  if (!text.empty()) response.headers.set(http::HeaderId::grpc_message, percent_encoded(text));
  response.status = 200;
}

}  // namespace weft::proxy
