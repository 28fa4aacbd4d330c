// Route: one entry of a virtual host, compiled: a condition and what to do. Immutable; lives in a RouteTable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "decide/names.h"
#include "decide/origin.h"
#include "decide/routing/cors_policy.h"
#include "decide/routing/fault.h"
#include "decide/routing/hash_policy.h"
#include "decide/routing/header_edit.h"
#include "decide/routing/mirror.h"
#include "decide/routing/retry_policy.h"
#include "decide/routing/route_match.h"

namespace weft::decide {

// How the path changes on its way to the endpoint; the query always stays.
struct PathRewrite {
  enum class Kind : uint8_t { none, replace_matched, replace_all, regex };
  Kind kind = Kind::none;
  std::string text;  // what replaces; for regex, with \1 references
  std::optional<Regex> regex;
};

// Which authority the endpoint sees.
struct HostRewrite {
  enum class Kind : uint8_t { none, literal, from_header, from_path_regex };
  Kind kind = Kind::none;
  std::string text;  // the literal, or the lower-case header name, or the regex's substitution
  std::optional<Regex> regex;
};

// One destination of a route with its share.
struct WeightedCluster {
  ClusterId cluster;
  uint64_t weight_up_to = 0;  // its own weight and those before it
  HeaderEdits request_edits;
  HeaderEdits response_edits;
  HostRewrite host_rewrite;
};

// The one that the random number falls on; a single one whatever its weight.
const WeightedCluster& weighted_pick(const std::vector<WeightedCluster>& clusters, uint64_t random);

// Whether a client may leave HTTP for a protocol, where the route has its own say (RouteAction.upgrade_configs).
struct UpgradeRule {
  std::string name;  // lower-case; "connect" for CONNECT
  bool allowed = true;
};

// What becomes of a CONNECT: it goes on to the endpoint as it is, or ends here and the endpoint gets the bytes alone
// (connect_config).
enum class ConnectMode : uint8_t { forward, terminate };

// Send the request to a cluster.
struct Forward {
  std::vector<WeightedCluster> clusters;     // never empty; one alone gets everything whatever its weight
  uint16_t unknown_cluster_status = 503;     // cluster_not_found_response_code
  Duration timeout{};                        // whole exchange, retries included; 0: none
  std::optional<Duration> grpc_timeout_max;  // how far a grpc-timeout header may go; 0: as far as it likes
  std::optional<Duration> idle_timeout;      // overrides the connection manager's stream_idle_timeout
  RetryPolicy retry;
  PathRewrite path_rewrite;
  HostRewrite host_rewrite;
  std::vector<Mirror> mirrors;
  std::vector<HashPolicy> hash_policies;
  std::vector<UpgradeRule> upgrades;
  ConnectMode connect = ConnectMode::forward;

  const WeightedCluster& pick(uint64_t random) const { return weighted_pick(clusters, random); }
};

// Answer 3xx with a Location built from the request.
struct Redirect {
  uint16_t status = 301;
  std::string scheme;  // empty: the request's; also for the two below
  std::string host;
  std::optional<uint16_t> port;
  PathRewrite path;
  bool drop_query = false;
};

// Answer with fixed bytes.
struct DirectResponse {
  uint16_t status = 200;
  std::string body;
};

// See the head of this file. Edits are in the order in which they apply, those of virtual host and table included.
struct Route {
  std::string name;
  RouteMatch match;
  std::variant<Forward, Redirect, DirectResponse> action;
  HeaderEdits request_edits;
  HeaderEdits response_edits;
  std::optional<Fault> fault;
  std::optional<CorsPolicy> cors;
  bool counts_attempts = false;           // x-envoy-attempt-count on requests
  bool tells_attempts_to_client = false;  // and on responses
  Origin origin;
};

}  // namespace weft::decide
