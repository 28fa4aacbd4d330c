// HeaderId: the header fields that Weft itself looks at, as small numbers, so that asking for one costs a bit test.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft::http {

// clang-format off
#define WEFT_KNOWN_HEADERS(X)                                                                                          \
  X(accept, "accept") X(accept_encoding, "accept-encoding") X(authorization, "authorization") X(b3, "b3")              \
  X(cache_control, "cache-control") X(connection, "connection") X(content_encoding, "content-encoding")                \
  X(content_length, "content-length") X(content_type, "content-type") X(cookie, "cookie") X(date, "date")              \
  X(expect, "expect") X(forwarded, "forwarded") X(grpc_message, "grpc-message") X(grpc_status, "grpc-status")          \
  X(grpc_timeout, "grpc-timeout") X(host, "host") X(http2_settings, "http2-settings") X(keep_alive, "keep-alive")      \
  X(location, "location") X(origin, "origin") X(proxy_connection, "proxy-connection") X(referer, "referer")            \
  X(retry_after, "retry-after") X(server, "server") X(set_cookie, "set-cookie") X(te, "te")                            \
  X(traceparent, "traceparent") X(tracestate, "tracestate") X(trailer, "trailer")                                      \
  X(transfer_encoding, "transfer-encoding") X(upgrade, "upgrade") X(user_agent, "user-agent") X(vary, "vary")          \
  X(via, "via") X(x_b3_parentspanid, "x-b3-parentspanid") X(x_b3_sampled, "x-b3-sampled")                              \
  X(x_b3_spanid, "x-b3-spanid") X(x_b3_traceid, "x-b3-traceid") X(x_envoy_attempt_count, "x-envoy-attempt-count")      \
  X(x_envoy_decorator_operation, "x-envoy-decorator-operation")                                                        \
  X(x_envoy_expected_rq_timeout_ms, "x-envoy-expected-rq-timeout-ms") X(x_envoy_internal, "x-envoy-internal")          \
  X(x_envoy_max_retries, "x-envoy-max-retries") X(x_envoy_original_path, "x-envoy-original-path")                      \
  X(x_envoy_overloaded, "x-envoy-overloaded") X(x_envoy_peer_metadata, "x-envoy-peer-metadata")                        \
  X(x_envoy_peer_metadata_id, "x-envoy-peer-metadata-id") X(x_envoy_retry_on, "x-envoy-retry-on") X(x_envoy_ratelimited, "x-envoy-ratelimited")                            \
  X(x_envoy_retriable_header_names, "x-envoy-retriable-header-names")                                                  \
  X(x_envoy_retriable_status_codes, "x-envoy-retriable-status-codes")                                                  \
  X(x_envoy_retry_grpc_on, "x-envoy-retry-grpc-on")                      \
  X(x_envoy_upstream_rq_per_try_timeout_ms, "x-envoy-upstream-rq-per-try-timeout-ms")                                  \
  X(x_envoy_upstream_rq_timeout_ms, "x-envoy-upstream-rq-timeout-ms")                                                  \
  X(x_envoy_upstream_service_time, "x-envoy-upstream-service-time")                                                    \
  X(x_forwarded_client_cert, "x-forwarded-client-cert") X(x_forwarded_for, "x-forwarded-for")                          \
  X(x_forwarded_host, "x-forwarded-host") X(x_forwarded_proto, "x-forwarded-proto") X(x_request_id, "x-request-id")   \
  X(x_weft_not_delivered, "x-weft-not-delivered")
// clang-format on

// A known field, or `other` for every name that has no entry here. At most 64 values: they index bits of one word.
enum class HeaderId : uint8_t {
  other,
#define WEFT_HEADER_ENUM(id, text) id,
  WEFT_KNOWN_HEADERS(WEFT_HEADER_ENUM)
#undef WEFT_HEADER_ENUM
      count_,
};
static_assert(static_cast<int>(HeaderId::count_) <= 64);

// The name on the wire, lower-case. Not for `other`.
std::string_view name_of(HeaderId id);

// The id of a lower-case name: one hash, one comparison.
HeaderId header_id(std::string_view lower_case_name);

}  // namespace weft::http
