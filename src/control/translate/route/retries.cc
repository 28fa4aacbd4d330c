// VirtualService.http[].retries.
#include <envoy/config/route/v3/route_components.pb.h>
#include <envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.pb.h>
#include <envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config.pb.h>

#include "base/strings.h"
#include "control/translate/encode.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RetryPolicy;

// Istio's built-in policy: what was not processed may be sent again. No status code is in the list by default.
constexpr std::string_view kDefaultRetryOn =
    "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
constexpr uint32_t kDefaultRetries = 2;
constexpr int64_t kHostSelectionAttempts = 5;

void avoid_tried_endpoints(RetryPolicy& policy) {
  auto& predicate = *policy.add_retry_host_predicate();
  predicate.set_name("envoy.retry_host_predicates.previous_hosts");
  pack(envoy::extensions::retry::host::previous_hosts::v3::PreviousHostsPredicate(), *predicate.mutable_typed_config());
  policy.set_host_selection_retry_max_attempts(kHostSelectionAttempts);
}

// Localities are priorities where there is failover: after so many tries, those already tried are left out (Istio's 2).
void avoid_tried_localities(RetryPolicy& policy) {
  envoy::extensions::retry::priority::previous_priorities::v3::PreviousPrioritiesConfig config;
  config.set_update_frequency(2);
  auto& priority = *policy.mutable_retry_priority();
  priority.set_name("envoy.retry_priorities.previous_priorities");
  pack(config, *priority.mutable_typed_config());
}

// Numbers among the tokens are status codes; they need a token of their own.
void fill_conditions(std::string_view retry_on, RetryPolicy& policy) {
  std::string tokens;
  bool has_codes_token = false;
  for (auto token : split(retry_on, ',')) {
    token = trim(token);
    if (auto code = parse_unsigned(token)) {
      policy.add_retriable_status_codes(static_cast<uint32_t>(*code));
      continue;
    }
    has_codes_token = has_codes_token || token == "retriable-status-codes";
    tokens.append(tokens.empty() ? "" : ",").append(token);
  }
  if (policy.retriable_status_codes_size() > 0 && !has_codes_token) {
    tokens.append(tokens.empty() ? "" : ",").append("retriable-status-codes");
  }
  policy.set_retry_on(tokens);
}

void fill(const api::istio::HttpRetry& retries, std::string_view default_retry_on, RetryPolicy& policy) {
  policy.mutable_num_retries()->set_value(static_cast<uint32_t>(retries.attempts));
  fill_conditions(retries.retry_on.empty() ? default_retry_on : std::string_view(retries.retry_on), policy);
  if (retries.per_try_timeout) set_duration(*retries.per_try_timeout, *policy.mutable_per_try_timeout());
  if (retries.backoff) set_duration(*retries.backoff, *policy.mutable_retry_back_off()->mutable_base_interval());
  if (retries.retry_remote_localities.value_or(false)) avoid_tried_localities(policy);
}

}  // namespace

void apply_retries(const RuleContext& context, const api::istio::HttpRoute& rule,
                   envoy::config::route::v3::RouteAction& action) {
  const auto& retries = rule.retries ? rule.retries : context.view.config().default_http_retry_policy;
  if (!retries) {
    auto& policy = *action.mutable_retry_policy();
    policy.set_retry_on(std::string(kDefaultRetryOn));
    policy.mutable_num_retries()->set_value(kDefaultRetries);
    avoid_tried_endpoints(policy);
  } else if (retries->attempts > 0) {
    fill(*retries, kDefaultRetryOn, *action.mutable_retry_policy());
    if (retries->retry_ignore_previous_hosts.value_or(true)) avoid_tried_endpoints(*action.mutable_retry_policy());
  }
}

void apply_inbound_retries(const api::istio::MeshConfig& mesh, envoy::config::route::v3::RouteAction& action) {
  constexpr std::string_view kRetryOn = "reset-before-request";
  const auto& retries = mesh.default_inbound_http_retry_policy;
  if (!retries) {
    action.mutable_retry_policy()->set_retry_on(std::string(kRetryOn));
    action.mutable_retry_policy()->mutable_num_retries()->set_value(kDefaultRetries);
  } else if (retries->attempts > 0) {
    fill(*retries, kRetryOn, *action.mutable_retry_policy());
  }
}

}  // namespace weft::control::translate
