#include "cli/mesh/failure_cause.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/strings.h"
#include "cli/mesh/failure_policies.h"
#include "cli/mesh/failure_trouble.h"
#include "cli/mesh/hop_names.h"

namespace weft::cli {
namespace {

// One flag's meaning; those that come first in kMeanings are the cause where several are set.
struct Meaning {
  std::string_view flag;
  FailureCause (*tell)(const FailedHop& hop);
};

constexpr std::array kMeanings = {
    Meaning{"FI",
            [](const FailedHop& hop) -> FailureCause {
              return {"a fault was injected on purpose (fault.abort of the route)", pc("routes", hop)};
            }},
    Meaning{"OM",
            [](const FailedHop& hop) -> FailureCause {
              return {"the proxy sheds load: its memory is short", proxy_logs(hop)};
            }},
    Meaning{"NR",
            [](const FailedHop& hop) -> FailureCause {
              return {fmt::format("no route matches {}{}", or_else(hop.authority, "the host"), hop.path),
                      pc("routes", hop)};
            }},
    Meaning{"NC",
            [](const FailedHop& hop) -> FailureCause {
              return {"the route's destination does not exist: no such cluster (a host or subset that nothing defines)",
                      pc("clusters", hop)};
            }},
    Meaning{"UH",
            [](const FailedHop& hop) -> FailureCause {
              return {or_else(hop.cluster, "the cluster") +
                          " has no healthy endpoint: none is ready, or all are ejected or fail their checks",
                      pc("endpoints", hop)};
            }},
    Meaning{"SI",
            [](const FailedHop&) -> FailureCause {
              return {"nothing was sent or received for as long as the stream's idle timeout", ""};
            }},
    Meaning{"UT",
            [](const FailedHop& hop) -> FailureCause {
              return {fmt::format("{} did not answer within the timeout of the route or of the attempt ({} ms in all)",
                                  endpoint_of(hop),
                                  std::chrono::duration_cast<std::chrono::milliseconds>(hop.lasted).count()),
                      pc("routes", hop)};
            }},
    Meaning{"UF",
            [](const FailedHop& hop) -> FailureCause {
              return {"no connection to " + endpoint_of(hop) + " came about", pc("endpoints", hop)};
            }},
    Meaning{"UPE",
            [](const FailedHop& hop) -> FailureCause {
              return {endpoint_of(hop) + " answered with something that is not valid HTTP", pc("clusters", hop)};
            }},
    Meaning{"UC",
            [](const FailedHop& hop) -> FailureCause {
              return {endpoint_of(hop) +
                          " closed the connection before its response was there: it crashed, or it closes idle "
                          "connections sooner than the pool does",
                      at_endpoint(hop)};
            }},
    Meaning{"UR",
            [](const FailedHop& hop) -> FailureCause {
              return {endpoint_of(hop) + " reset the request's HTTP/2 stream and kept the connection",
                      at_endpoint(hop)};
            }},
    Meaning{"UO",
            [](const FailedHop& hop) -> FailureCause {
              return {"the connection pool of " + or_else(hop.cluster, "the cluster") +
                          " is full (connectionPool limits of its DestinationRule)",
                      pc("clusters", hop)};
            }},
    Meaning{"RL", [](const FailedHop&) -> FailureCause { return {"a rate limit was reached", ""}; }},
    Meaning{"DPE", [](const FailedHop&) -> FailureCause { return {"the client broke the HTTP protocol", ""}; }},
    Meaning{"DT",
            [](const FailedHop&) -> FailureCause {
              return {"the connection was older than it may get (maxConnectionDuration)", ""};
            }},
    Meaning{"LR", [](const FailedHop&) -> FailureCause { return {"the proxy itself reset the stream", ""}; }},
    Meaning{"DC",
            [](const FailedHop&) -> FailureCause { return {"the client left before the response was complete", ""}; }},
};

FailureCause of_flags(const FailedHop& hop) {
  for (const Meaning& meaning : kMeanings) {
    if (hop.has(meaning.flag)) return meaning.tell(hop);
  }
  if (!hop.details.empty()) return {"the proxy answered itself: " + hop.details, pc("routes", hop)};
  return {fmt::format("{} itself answered {}", or_else(hop.endpoint, "the application"), hop.status), at_endpoint(hop)};
}

std::string flags_of(const FailedHop& hop) {
  std::string text;
  for (const auto& flag : hop.flags) text += (text.empty() ? " (flag " : ",") + flag;
  return text.empty() ? text : text + ")";
}

std::string answer_of(const FailedHop& hop) {
  if (!hop.is_request()) return "connection ended";
  return hop.status == 0 ? "no answer" : std::to_string(hop.status);
}

// "attempt 2 at 10.0.0.1:80: UF connect refused, 3 ms".
std::string attempt_line(const TriedEndpoint& attempt, size_t number) {
  std::string text = fmt::format("attempt {}", number);
  if (!attempt.endpoint.empty()) text += " at " + attempt.endpoint;
  text += ":";
  if (attempt.status != 0) text += fmt::format(" {}", attempt.status);
  if (!attempt.flags.empty()) text += " " + attempt.flags;
  std::string trouble = attempt.trouble;
  std::ranges::replace(trouble, '_', ' ');
  if (!trouble.empty()) text += " " + trouble;
  text += fmt::format(", {} ms", attempt.lasted_ms);
  if (attempt.idle_ms) text += fmt::format(", on a connection idle for {} ms", *attempt.idle_ms);
  return text;
}

// Each attempt, where there were several. Of many the proxy keeps the first ones and the last.
std::string attempt_lines(const FailedHop& hop) {
  if (hop.tried.size() < 2) return {};
  const size_t made = std::max(hop.tried.size(), static_cast<size_t>(std::max(hop.attempts, 0)));
  const size_t between = made - hop.tried.size();
  std::string text;
  for (size_t i = 0; i < hop.tried.size(); ++i) {
    const bool is_last = i + 1 == hop.tried.size();
    if (is_last && between > 0) text += fmt::format("      and {} more\n", between);
    text += "      " + attempt_line(hop.tried[i], is_last ? made : i + 1) + "\n";
  }
  return text;
}

std::string step_of(const FailedHop& hop) {
  std::string text = hop.direction + " proxy of " + hop.pod + ": ";
  text += hop.is_request() ? hop.method + " " + hop.authority + hop.path : "connection to " + hop.destination;
  if (!hop.object.empty()) text += ", " + hop.object + (hop.place.empty() ? "" : " (" + hop.place + ")");
  if (!hop.cluster.empty()) text += " -> " + hop.cluster;
  if (!hop.endpoint.empty()) text += " at " + hop.endpoint;
  if (hop.attempts > 1) text += fmt::format(", {} attempts", hop.attempts);
  return text + ": " + answer_of(hop) + flags_of(hop);
}

api::Json attempt_json(const TriedEndpoint& attempt) {
  api::Json json = {{"endpoint", attempt.endpoint},
                    {"status", attempt.status},
                    {"flags", attempt.flags},
                    {"trouble", attempt.trouble},
                    {"durationMs", attempt.lasted_ms}};
  if (attempt.idle_ms) json["idleMs"] = *attempt.idle_ms;
  return json;
}

api::Json policies_json(const std::vector<NamedPolicy>& policies) {
  api::Json list = api::Json::array();
  for (const auto& policy : policies) list.push_back({{"name", policy.name}, {"place", policy.place}});
  return list;
}

api::Json hop_json(const FailedHop& hop) {
  api::Json tried = api::Json::array();
  for (const auto& attempt : hop.tried) tried.push_back(attempt_json(attempt));
  return {{"pod", hop.pod},
          {"direction", hop.direction},
          {"status", hop.status},
          {"flags", hop.flags},
          {"attempts", hop.attempts},
          {"tried", tried},
          {"method", hop.method},
          {"path", hop.path},
          {"authority", hop.authority},
          {"details", hop.details},
          {"reason", hop.reason},
          {"transportFailure", hop.transport_failure},
          {"denial", hop.denial},
          {"rule", hop.rule},
          {"policyPlace", hop.policy_place},
          {"identity", hop.identity},
          {"client", hop.client},
          {"destination", hop.destination},
          {"cluster", hop.cluster},
          {"endpoint", hop.endpoint},
          {"route", hop.route},
          {"object", hop.object},
          {"place", hop.place},
          {"allowPolicies", policies_json(hop.allowing)},
          {"isolated", hop.isolated},
          {"networkPolicies", policies_json(hop.isolating)}};
}

}  // namespace

FailureCause cause_of(const FailedHop& hop) {
  auto cause = cause_in_policies(hop).value_or(cause_of_trouble(hop).value_or(of_flags(hop)));
  if (hop.has("URX")) cause.why += fmt::format("; {} attempts were made, no more are allowed", hop.attempts);
  return cause;
}

std::string tell_failure(const FailedRequest& request) {
  const FailedHop& culprit = request.culprit();
  const auto cause = cause_of(culprit);
  const auto ended = std::chrono::floor<std::chrono::milliseconds>(culprit.started + culprit.lasted);
  const auto second = std::chrono::floor<std::chrono::seconds>(ended);
  std::string text = fmt::format("{} at the proxy of {}, {:%Y-%m-%dT%H:%M:%S}.{:03}Z", answer_of(culprit), culprit.pod,
                                 second, (ended - second).count());
  text += culprit.request_id.empty() ? "\n" : ", request " + culprit.request_id + "\n";
  for (size_t i = 0; i < request.hops.size(); ++i) {
    const FailedHop& hop = request.hops[i];
    text += fmt::format("  {} {} {}\n", i + 1, &hop == &culprit ? "✖" : "·", step_of(hop)) + attempt_lines(hop);
  }
  text += "  Why      " + cause.why + "\n";
  const std::string not_retried = why_not_retried(culprit);
  if (!not_retried.empty()) text += "  Retry    none: " + not_retried + "\n";
  if (!culprit.reason.empty()) text += "  Proxy    " + culprit.reason + "\n";
  if (!culprit.details.empty()) text += "  Details  " + culprit.details + "\n";
  if (!cause.fix.empty()) text += "  See      " + cause.fix + "\n";
  return text;
}

api::Json failure_json(const FailedRequest& request) {
  const auto cause = cause_of(request.culprit());
  api::Json hops = api::Json::array();
  for (const auto& hop : request.hops) hops.push_back(hop_json(hop));
  return {{"requestId", request.culprit().request_id},
          {"why", cause.why},
          {"notRetried", why_not_retried(request.culprit())},
          {"see", cause.fix},
          {"hops", hops}};
}

}  // namespace weft::cli
