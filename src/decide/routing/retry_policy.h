// RetryPolicy: when an exchange that failed may be tried again (envoy.config.route.v3.RetryPolicy), compiled.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "decide/routing/route_match.h"

namespace weft::decide {

// The tokens of retry_on that Weft acts on, one bit each.
enum class RetryOn : uint32_t {
  server_error = 1 << 0,          // 5xx: any 5xx, or no response at all
  gateway_error = 1 << 1,         // 502, 503, 504, or no response at all
  reset = 1 << 2,                 // no response at all
  reset_before_request = 1 << 3,  // no response, and nothing of the request was sent
  connect_failure = 1 << 4,
  refused_stream = 1 << 5,  // HTTP/2 only
  retriable_4xx = 1 << 6,   // 409
  status_codes = 1 << 7,    // those listed
  rate_limited = 1 << 8,    // a response with x-envoy-ratelimited
  grpc_cancelled = 1 << 9,
  grpc_deadline_exceeded = 1 << 10,
  grpc_internal = 1 << 11,
  grpc_resource_exhausted = 1 << 12,
  grpc_unavailable = 1 << 13,
  headers = 1 << 14,  // retriable-headers: a response with one of those listed
};

// Immutable; part of a route. The default never retries: it has no conditions.
struct RetryPolicy {
  uint32_t conditions = 0;     // RetryOn bits
  uint32_t retries_max = 1;    // Envoy's default, for a request that brings conditions of its own
  Duration per_try_timeout{};  // 0: the route's timeout alone
  Duration backoff_base = std::chrono::milliseconds(25);
  Duration backoff_max = std::chrono::milliseconds(250);
  std::vector<uint16_t> status_codes;
  std::vector<HeaderMatch> response_headers;  // retriable_headers
  std::vector<HeaderMatch> request_headers;   // retriable_request_headers: one must hold, or nothing is retried
  bool avoids_tried_endpoints = false;
  uint32_t selection_attempts_max = 1;  // how often to pick anew for an endpoint that was not tried yet
  // previous_priorities: after each so many attempts, the priorities of those before are left out; 0: never.
  uint32_t leaves_priorities_after = 0;

  bool has(RetryOn condition) const { return (conditions & static_cast<uint32_t>(condition)) != 0; }

  // Whether a request with these fields may be retried at all.
  bool takes(const RequestHead& request) const;

  // Adds the conditions of a comma-separated retry_on; words that are not known are left out, as Envoy does.
  void add_conditions(std::string_view retry_on);
};

}  // namespace weft::decide
