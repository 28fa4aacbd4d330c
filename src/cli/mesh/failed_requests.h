// Requests that failed, as the proxies on their way remember them (/why of their admin sockets), put together again.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"

namespace weft::cli {

// One attempt at an endpoint.
struct TriedEndpoint {
  std::string endpoint;  // empty: there was none to choose
  std::string trouble;   // more precisely than the flags: "connect_refused" (proxy/connect/trouble.h)
  std::string flags;     // "UF"
  int status = 0;        // 0: no response
  int64_t lasted_ms = 0;
  std::optional<int64_t> idle_ms;  // for how long the connection had been idle; nothing: it was a new one
};

// A policy by its name, and where it is written as weftd knows it; empty: that is not known.
struct NamedPolicy {
  std::string name;   // "AuthorizationPolicy shop/api"
  std::string place;  // "authz.yaml:12"
};

// What one proxy tells of one request or connection; empty members are not known.
struct FailedHop {
  std::string pod;  // whose proxy: "shop/front-1"
  WallTime started{};
  Duration lasted{};
  int status = 0;  // 0: nothing was answered
  int attempts = 0;
  std::vector<std::string> flags;  // "UF", "URX"
  std::string request_id;
  std::string direction;  // "outbound": at the client; "inbound": at the server
  std::string method;
  std::string path;
  std::string authority;
  std::string details;
  std::string denial;
  std::string rule;
  std::string policy_place;            // where the policy that refused is written, as weftd knows it: "authz.yaml:12"
  std::vector<NamedPolicy> allowing;   // ALLOW policies of which none let it pass, as the proxy has them now
  std::string isolated;                // the pod whose NetworkPolicies admit no such connection: "shop/api-1"
  std::vector<NamedPolicy> isolating;  // those
  std::string identity;
  std::string client;
  std::string destination;
  std::string endpoint;
  std::string cluster;
  std::string route;
  std::string object;
  std::string place;                 // "reviews.yaml:21"
  std::string reason;                // of the last failure, in the proxy's words
  std::string transport_failure;     // in Envoy's
  std::string not_retried;           // why there was no further attempt: "over_budget"
  std::vector<TriedEndpoint> tried;  // the first attempts and the last

  bool has(std::string_view flag) const;
  // It was refused because no rule that allows was there for it.
  bool lacks_allowance() const { return rule.empty() && denial.starts_with("rbac_access_denied"); }
  bool is_request() const { return !method.empty(); }
  // The last attempt's.
  std::string_view trouble() const { return tried.empty() ? std::string_view() : tried.back().trouble; }
};

// The failures on the page; those that are none of this shape are passed over.
std::vector<FailedHop> read_failures(const api::Json& page, const std::string& pod);

// One request, hop by hop from its client on; a connection of which no request is known has one hop.
struct FailedRequest {
  explicit FailedRequest(std::vector<FailedHop> all = {}) : hops(std::move(all)) {}

  std::vector<FailedHop> hops;

  // Where the cause is: the furthest hop that failed for another reason than that the hop before had given up.
  const FailedHop& culprit() const { return hops[culprit_at()]; }
  FailedHop& culprit() { return hops[culprit_at()]; }

 private:
  size_t culprit_at() const;
};

// By request id; the newest first. A request's hops are in the order of calls (hop_order.h).
std::vector<FailedRequest> join_hops(std::vector<FailedHop> hops);

}  // namespace weft::cli
