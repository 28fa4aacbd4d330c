// gRPC's "HTTP to gRPC Status Code Mapping": what a response without a grpc-status means to a gRPC client. Pure.
#pragma once

#include <cstdint>

namespace weft::http {

// The number of the gRPC status code.
constexpr uint32_t grpc_code_of(uint16_t http_status) {
  switch (http_status) {
    case 400:
      return 13;  // INTERNAL
    case 401:
      return 16;  // UNAUTHENTICATED
    case 403:
      return 7;  // PERMISSION_DENIED
    case 404:
      return 12;  // UNIMPLEMENTED
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;  // UNAVAILABLE
    default:
      return 2;  // UNKNOWN
  }
}

}  // namespace weft::http
