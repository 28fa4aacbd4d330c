// The messages of grpc.health.v1.Health/Check, the standard question whether a server is well: one field each way.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::grpc {

inline constexpr std::string_view kHealthCheckPath = "/grpc.health.v1.Health/Check";

// HealthCheckRequest. An empty service asks about the server as a whole.
std::string health_request(std::string_view service);

// Whether a HealthCheckResponse says SERVING; nothing: it is none.
std::optional<bool> is_serving(std::string_view response);

}  // namespace weft::grpc
