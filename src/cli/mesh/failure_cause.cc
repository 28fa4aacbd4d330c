#include "cli/mesh/failure_cause.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/strings.h"
#include "cli/mesh/guards.h"

namespace weft::cli {
namespace {

std::string or_else(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

std::string namespace_of(const FailedHop& hop) {
  return hop.pod.substr(0, hop.pod.find('/'));
}

std::string name_of(const FailedHop& hop) {
  return hop.pod.substr(hop.pod.find('/') + 1);
}

// "weft pc routes front-1.shop", as the pod is named there.
std::string pc(std::string_view what, const FailedHop& hop) {
  return fmt::format("weft pc {} {}.{}", what, name_of(hop), namespace_of(hop));
}

std::string application_logs(const FailedHop& hop) {
  return fmt::format("weft logs -n {} {}", namespace_of(hop), name_of(hop));
}

std::string logs(const FailedHop& hop) {
  return application_logs(hop) + " --proxy";
}

// Where to look at an endpoint: behind an inbound proxy it is the pod itself.
std::string at_endpoint(const FailedHop& hop) {
  return hop.direction == "inbound" ? application_logs(hop) : pc("endpoints", hop);
}

// "jwt_authn_access_denied{Jwt_is_expired}": "Jwt is expired".
std::string reason_in(std::string_view details) {
  const size_t brace = details.find('{');
  std::string reason(brace == details.npos ? details : details.substr(brace + 1, details.rfind('}') - brace - 1));
  std::ranges::replace(reason, '_', ' ');
  return reason;
}

std::string whom(const FailedHop& hop) {
  return or_else(hop.identity, "a client without a certificate (" + or_else(hop.client, "address not known") + ")");
}

FailureCause of_denial(const FailedHop& hop) {
  const std::string policies = fmt::format("weft authz check {} -n {}", name_of(hop), namespace_of(hop));
  if (hop.denial.starts_with("jwt_authn")) {
    return {"the token was refused: " + reason_in(hop.denial),
            "weft get requestauthentications -n " + namespace_of(hop)};
  }
  if (hop.denial == "ext_authz_error") {
    return {"the external authorizer gave no answer, and without one the request is refused", logs(hop)};
  }
  const GuardRule rule = read_guard_rule(hop.rule);
  if (hop.has("UAEX") || hop.denial.starts_with("ext_authz") || rule.is_custom) {
    return {"the external authorizer refused the request" +
                (hop.rule.empty() ? ""
                                  : fmt::format(" (asked by AuthorizationPolicy {}, rule {})", rule.policy, rule.rule)),
            policies};
  }
  if (hop.rule.empty()) return {"no ALLOW policy of the workload lets it pass: it came from " + whom(hop), policies};
  const bool is_network = rule.policy.starts_with("NetworkPolicy");
  return {fmt::format("{}{}, rule {} (from 0), refuses it: it came from {}", is_network ? "" : "AuthorizationPolicy ",
                      rule.policy, rule.rule, whom(hop)),
          policies};
}

std::string connection_failure(const FailedHop& hop) {
  const std::string endpoint = or_else(hop.endpoint, "the endpoint");
  if (hop.details.find("connection_timeout") != std::string::npos)
    return "no connection to " + endpoint + " came about within the connect timeout";
  return "no connection to " + endpoint + " came about: nobody listens there, or the TLS handshake failed";
}

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
    Meaning{
        "OM",
        [](const FailedHop& hop) -> FailureCause { return {"the proxy sheds load: its memory is short", logs(hop)}; }},
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
                                  or_else(hop.endpoint, "the endpoint"),
                                  std::chrono::duration_cast<std::chrono::milliseconds>(hop.lasted).count()),
                      pc("routes", hop)};
            }},
    Meaning{"UF", [](const FailedHop& hop) -> FailureCause { return {connection_failure(hop), pc("endpoints", hop)}; }},
    Meaning{"UPE",
            [](const FailedHop& hop) -> FailureCause {
              return {or_else(hop.endpoint, "the endpoint") + " answered with something that is not valid HTTP",
                      pc("clusters", hop)};
            }},
    Meaning{"UC",
            [](const FailedHop& hop) -> FailureCause {
              return {or_else(hop.endpoint, "the endpoint") +
                          " closed the connection before its response was there: it crashed, or it closes idle "
                          "connections sooner than the pool does",
                      at_endpoint(hop)};
            }},
    Meaning{"UR",
            [](const FailedHop& hop) -> FailureCause {
              return {or_else(hop.endpoint, "the endpoint") + " reset the stream", ""};
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

std::string step_of(const FailedHop& hop) {
  std::string text = hop.direction + " proxy of " + hop.pod + ": ";
  text += hop.is_request() ? hop.method + " " + hop.authority + hop.path : "connection to " + hop.destination;
  if (!hop.object.empty()) text += ", " + hop.object + (hop.place.empty() ? "" : " (" + hop.place + ")");
  if (!hop.cluster.empty()) text += " -> " + hop.cluster;
  if (!hop.endpoint.empty()) text += " at " + hop.endpoint;
  if (hop.attempts > 1) text += fmt::format(", {} attempts", hop.attempts);
  return text + ": " + answer_of(hop) + flags_of(hop);
}

}  // namespace

FailureCause cause_of(const FailedHop& hop) {
  auto cause = hop.denial.empty() ? of_flags(hop) : of_denial(hop);
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
    text += fmt::format("  {} {} {}\n", i + 1, &hop == &culprit ? "✖" : "·", step_of(hop));
  }
  text += "  Why      " + cause.why + "\n";
  if (!culprit.details.empty()) text += "  Details  " + culprit.details + "\n";
  if (!cause.fix.empty()) text += "  See      " + cause.fix + "\n";
  return text;
}

api::Json failure_json(const FailedRequest& request) {
  const auto cause = cause_of(request.culprit());
  api::Json hops = api::Json::array();
  for (const auto& hop : request.hops) {
    hops.push_back({{"pod", hop.pod},
                    {"direction", hop.direction},
                    {"status", hop.status},
                    {"flags", hop.flags},
                    {"attempts", hop.attempts},
                    {"method", hop.method},
                    {"path", hop.path},
                    {"authority", hop.authority},
                    {"details", hop.details},
                    {"denial", hop.denial},
                    {"rule", hop.rule},
                    {"identity", hop.identity},
                    {"client", hop.client},
                    {"destination", hop.destination},
                    {"cluster", hop.cluster},
                    {"endpoint", hop.endpoint},
                    {"route", hop.route},
                    {"object", hop.object},
                    {"place", hop.place}});
  }
  return {{"requestId", request.culprit().request_id}, {"why", cause.why}, {"see", cause.fix}, {"hops", hops}};
}

}  // namespace weft::cli
