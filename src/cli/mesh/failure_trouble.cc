#include "cli/mesh/failure_trouble.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/mesh/hop_names.h"
#include "tls/chain_check.h"

namespace weft::cli {
namespace {

using Tell = FailureCause (*)(const FailedHop& hop);

std::string cluster_of(const FailedHop& hop) {
  return or_else(hop.cluster, "the cluster");
}

// "outbound|80|v3|reviews.shop.svc.cluster.local", taken apart; of other clusters the host is the name itself.
struct ClusterName {
  std::string subset;
  std::string host;
};
ClusterName cluster_name(const std::string& cluster) {
  const auto parts = split(cluster, '|');
  if (parts.size() != 4) return {.host = cluster};
  return {std::string(parts[2]), std::string(parts[3])};
}

// The namespace of a service by its host; the hop's own where the host does not say.
std::string namespace_of_host(const FailedHop& hop, const std::string& host) {
  const auto labels = split(host, '.');
  return labels.size() > 2 && labels[2] == "svc" ? std::string(labels[1]) : namespace_of(hop);
}

FailureCause without_endpoints(const FailedHop& hop) {
  const auto [subset, host] = cluster_name(hop.cluster);
  const std::string space = namespace_of_host(hop, host);
  if (subset.empty())
    return {or_else(host, "the cluster") + " has no endpoint: no ready pod is behind it", "weft get pods -n " + space};
  return {fmt::format("{} has no endpoint in subset {}: no ready pod of it has the labels that the subset asks for",
                      host, subset),
          "weft get destinationrules -n " + space};
}

FailureCause limit_reached(const FailedHop& hop, std::string_view what, std::string_view field) {
  return {fmt::format("{} to {} than {} of its DestinationRule allows", what, cluster_of(hop), field),
          pc("clusters", hop)};
}

// The word behind "TLS_error:|".
std::string tls_word(const FailedHop& hop) {
  constexpr std::string_view kFrame = "TLS_error:|";
  if (!hop.transport_failure.starts_with(kFrame)) return {};
  const std::string rest = hop.transport_failure.substr(kFrame.size());
  return rest.substr(0, rest.find(':'));
}

std::optional<tls::ChainFault> fault_named(std::string_view word) {
  for (size_t at = 0; at < tls::kChainFaults; ++at) {
    if (tls::name_of(static_cast<tls::ChainFault>(at)) == word) return static_cast<tls::ChainFault>(at);
  }
  return std::nullopt;
}

FailureCause of_tls(const FailedHop& hop) {
  const std::string endpoint = endpoint_of(hop);
  const std::string word = tls_word(hop);
  if (const auto fault = fault_named(word)) {
    return {fmt::format("the TLS certificate of {} is not accepted: {}", endpoint, tls::text_of(*fault)),
            pc("secrets", hop)};
  }
  if (word == "plain_text")
    return {endpoint + " does not speak TLS: it answered the handshake in plain text", pc("clusters", hop)};
  if (word == "closed") {
    return {endpoint + " closed the connection within the TLS handshake: it does not speak TLS, or does not accept us",
            pc("clusters", hop)};
  }
  if (word == "alert") return {endpoint + " refused our certificate or terms in the TLS handshake", pc("secrets", hop)};
  if (word == "timed_out") {
    return {endpoint +
                " took the connection, but the TLS handshake did not end within the connect timeout: does it "
                "speak TLS?",
            pc("clusters", hop)};
  }
  return {"the TLS handshake with " + endpoint + " failed", pc("clusters", hop)};
}

FailureCause of_stale_connection(const FailedHop& hop) {
  const int64_t idle_ms = hop.tried.back().idle_ms.value_or(0);
  if (idle_ms < 1000) {
    return {endpoint_of(hop) +
                " closed a connection that was in use before the request was answered: it crashed, or "
                "closes connections after so many requests",
            at_endpoint(hop)};
  }
  return {fmt::format("{} closed the reused connection while the request was being sent: it had been idle for {}.{:02} "
                      "s, and the endpoint seems to close idle connections sooner than the pool does",
                      endpoint_of(hop), idle_ms / 1000, idle_ms % 1000 / 10),
          pc("clusters", hop)};
}

struct Told {
  std::string_view trouble;
  Tell tell;
};

constexpr std::array kTold = {
    Told{"no_endpoints", without_endpoints},
    Told{"unresolved",
         [](const FailedHop& hop) -> FailureCause {
           return {"the name of " + cluster_of(hop) + " led to no address (DNS)", pc("endpoints", hop)};
         }},
    Told{"all_ejected",
         [](const FailedHop& hop) -> FailureCause {
           return {"all endpoints of " + cluster_of(hop) +
                       " are ejected for their errors (outlierDetection of its DestinationRule)",
                   pc("endpoints", hop)};
         }},
    Told{"all_failing_checks",
         [](const FailedHop& hop) -> FailureCause {
           return {"all endpoints of " + cluster_of(hop) + " fail their health checks", pc("endpoints", hop)};
         }},
    Told{"none_ready",
         [](const FailedHop& hop) -> FailureCause {
           return {"no endpoint of " + cluster_of(hop) +
                       " may be used: they are not ready, or some are ejected and the others fail their checks",
                   pc("endpoints", hop)};
         }},
    Told{"requests_limit",
         [](const FailedHop& hop) {
           return limit_reached(hop, "more requests were under way", "connectionPool.http.http2MaxRequests");
         }},
    Told{"pending_limit",
         [](const FailedHop& hop) {
           return limit_reached(hop, "more requests waited for a connection",
                                "connectionPool.http.http1MaxPendingRequests");
         }},
    Told{"connections_limit",
         [](const FailedHop& hop) {
           return limit_reached(hop, "more connections were open", "connectionPool.tcp.maxConnections");
         }},
    Told{"connect_refused",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) + " refused the connection: nothing listens on that port", at_endpoint(hop)};
         }},
    Told{"connect_timeout",
         [](const FailedHop& hop) -> FailureCause {
           return {"no connection to " + endpoint_of(hop) + " came about within the connect timeout",
                   pc("endpoints", hop)};
         }},
    Told{"unreachable",
         [](const FailedHop& hop) -> FailureCause {
           return {"there is no way to " + endpoint_of(hop), pc("endpoints", hop)};
         }},
    Told{"tls_failed", of_tls},
    Told{"tls_not_ready",
         [](const FailedHop& hop) -> FailureCause {
           return {"the proxy has no certificate or root for TLS to " + endpoint_of(hop) + " (yet)",
                   pc("secrets", hop)};
         }},
    Told{"attempt_timeout",
         [](const FailedHop& hop) -> FailureCause {
           return {fmt::format("{} did not answer within the time of one attempt, {} ms (retries.perTryTimeout)",
                               endpoint_of(hop), hop.tried.back().lasted_ms),
                   pc("routes", hop)};
         }},
    Told{"route_timeout",
         [](const FailedHop& hop) -> FailureCause {
           return {fmt::format("{} did not answer within the route's timeout ({} ms in all)", endpoint_of(hop),
                               std::chrono::duration_cast<std::chrono::milliseconds>(hop.lasted).count()),
                   pc("routes", hop)};
         }},
    Told{"attempt_unconnected",
         [](const FailedHop& hop) -> FailureCause {
           return {fmt::format("no connection to {} came about within the time of one attempt, {} ms "
                               "(retries.perTryTimeout)",
                               endpoint_of(hop), hop.tried.back().lasted_ms),
                   pc("endpoints", hop)};
         }},
    Told{"route_unconnected",
         [](const FailedHop& hop) -> FailureCause {
           return {
               fmt::format("no connection to {} came about within the route's timeout ({} ms in all)", endpoint_of(hop),
                           std::chrono::duration_cast<std::chrono::milliseconds>(hop.lasted).count()),
               pc("endpoints", hop)};
         }},
    Told{"stale_connection", of_stale_connection},
    Told{"closed_plain_text",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) +
                       " closed a new connection without an answer: it crashed, or it wants TLS, and the "
                       "connection was in plain text",
                   at_endpoint(hop)};
         }},
    Told{"closed_unanswered",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) + " closed a new connection without an answer: it crashed or refused us",
                   at_endpoint(hop)};
         }},
    Told{"closed_midway",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) + " closed the connection within its response's head: it crashed",
                   at_endpoint(hop)};
         }},
    Told{"stream_reset",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) +
                       " reset the request's HTTP/2 stream before its response was there, and kept the connection",
                   at_endpoint(hop)};
         }},
    Told{"stream_refused",
         [](const FailedHop& hop) -> FailureCause {
           return {endpoint_of(hop) +
                       " refused the request's HTTP/2 stream without looking at it: it is going away, or has too "
                       "many at once",
                   at_endpoint(hop)};
         }},
    Told{"refused_by_peer",
         [](const FailedHop& hop) -> FailureCause {
           return {"the proxy in front of " + endpoint_of(hop) + " refused the request; it remembers no more why",
                   at_endpoint(hop)};
         }},
};

}  // namespace

std::optional<FailureCause> cause_of_trouble(const FailedHop& hop) {
  const auto told = std::ranges::find(kTold, hop.trouble(), &Told::trouble);
  if (told == kTold.end()) return std::nullopt;
  return told->tell(hop);
}

std::string why_not_retried(const FailedHop& hop) {
  if (hop.not_retried == "body_sent") return "parts of its body had been sent and are not kept";
  if (hop.not_retried == "over_budget") return "too many retries to the cluster were under way";
  if (hop.not_retried == "no_retries") return "the route asks for none (retries)";
  if (hop.not_retried == "not_covered") return "the route's retries.retryOn does not cover this";
  if (hop.not_retried == "not_repeatable")
    return or_else(hop.method, "the request") + " is not safe to repeat and its bytes had been sent";
  return {};
}

}  // namespace weft::cli
