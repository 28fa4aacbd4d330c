// HealthCheck: how endpoints are asked whether they are well, how often, and how many answers count
// (envoy.config.core.v3.HealthCheck), compiled. Who asks is in proxy/health.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "decide/address.h"
#include "decide/text_match.h"

namespace weft::decide {

// HTTP statuses from `first` up to, but not, `end`.
struct StatusRange {
  uint16_t first = 0;
  uint16_t end = 0;
};

inline bool holds(const std::vector<StatusRange>& ranges, uint16_t status) {
  return std::ranges::any_of(ranges, [&](StatusRange one) { return status >= one.first && status < one.end; });
}

// A request whose answer's status tells.
struct HttpCheck {
  std::string method = "GET";
  std::string host;  // empty: the cluster's name
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<StatusRange> expected = {{200, 201}};
  std::vector<StatusRange> retriable;     // count like no answer: several in a row are needed
  std::optional<TextMatch> service_name;  // of x-envoy-upstream-healthchecked-cluster, which must be there then
  bool uses_http2 = false;
};

// The standard service grpc.health.v1.Health; SERVING is good.
struct GrpcCheck {
  std::string service;
  std::string authority;  // empty: the cluster's name
  std::vector<std::pair<std::string, std::string>> metadata;
};

// A connection; then, if anything is to be received, bytes out and in: all of `receive` in their order, whatever is
// between them.
struct TcpCheck {
  std::string send;
  std::vector<std::string> receive;
};

// Immutable; shared by the cluster and those who check.
struct HealthCheck {
  std::variant<HttpCheck, GrpcCheck, TcpCheck> how;
  Duration timeout{};  // of one check, the dial included
  Duration interval{};
  Duration unhealthy_interval{};       // after a check that failed
  Duration healthy_edge_interval{};    // while checks succeed that are not enough yet
  Duration unhealthy_edge_interval{};  // while checks fail that are not enough yet
  // In place of all of these until the cluster gets its first connection.
  Duration no_traffic_interval = std::chrono::seconds(60);
  Duration no_traffic_healthy_interval = std::chrono::seconds(60);
  Duration initial_jitter{};  // the first check comes at a random moment within it
  Duration interval_jitter{};
  uint32_t interval_jitter_percent = 0;
  uint32_t unhealthy_threshold = 1;
  uint32_t healthy_threshold = 1;
  bool reuses_connection = true;
  bool logs_failures = false;  // every check, not changes alone
  bool logs_successes = false;
};

using HealthCheckPtr = std::shared_ptr<const HealthCheck>;

// Where one endpoint is checked, if not as its cluster's others (Endpoint.HealthCheckConfig).
struct CheckTarget {
  std::optional<IpAddress> ip;
  std::optional<uint16_t> port;
  std::string host;
  bool is_exempt = false;  // never checked, hence healthy
};

}  // namespace weft::decide
