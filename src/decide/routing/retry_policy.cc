#include "decide/routing/retry_policy.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/strings.h"

namespace weft::decide {
namespace {

constexpr std::array<std::pair<std::string_view, RetryOn>, 15> kWords = {{
    {"5xx", RetryOn::server_error},
    {"gateway-error", RetryOn::gateway_error},
    {"reset", RetryOn::reset},
    {"reset-before-request", RetryOn::reset_before_request},
    {"connect-failure", RetryOn::connect_failure},
    {"refused-stream", RetryOn::refused_stream},
    {"retriable-4xx", RetryOn::retriable_4xx},
    {"retriable-status-codes", RetryOn::status_codes},
    {"retriable-headers", RetryOn::headers},
    {"envoy-ratelimited", RetryOn::rate_limited},
    {"cancelled", RetryOn::grpc_cancelled},
    {"deadline-exceeded", RetryOn::grpc_deadline_exceeded},
    {"internal", RetryOn::grpc_internal},
    {"resource-exhausted", RetryOn::grpc_resource_exhausted},
    {"unavailable", RetryOn::grpc_unavailable},
}};

}  // namespace

bool RetryPolicy::takes(const RequestHead& request) const {
  std::string scratch;
  const auto holds = [&](const HeaderMatch& match) { return match.matches(request, scratch); };
  return request_headers.empty() || std::ranges::any_of(request_headers, holds);
}

void RetryPolicy::add_conditions(std::string_view retry_on) {
  for (const std::string_view part : split(retry_on, ',')) {
    for (const auto& [word, condition] : kWords) {
      if (trim(part) == word) conditions |= static_cast<uint32_t>(condition);
    }
  }
}

}  // namespace weft::decide
