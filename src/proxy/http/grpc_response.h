// What gRPC clients are told when Weft answers itself: they read a status from fields, not from HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace weft::proxy {

// By the request's content type: application/grpc, or one of its +formats.
bool is_grpc(const http::Headers& request);

// Makes a response to a plain HTTP client the one that a gRPC client understands: 200 with grpc-status and
// grpc-message, and no body ("Trailers-Only"). The codes are those of gRPC's "HTTP to gRPC Status Code Mapping",
// unless there is a `grpc_status`.
void to_grpc_response(http::ResponseHead& response, std::string_view text, std::optional<uint32_t> grpc_status);

}  // namespace weft::proxy
