#include "proxy/retry/retry_plan.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "proxy/connect/routed_headers.h"

namespace weft::proxy {
namespace {

using decide::RetryOn;

// A connection that turns out to be closed says nothing about the endpoint; but after some in a row it is more than bad
// luck.
constexpr uint32_t kStaleRetriesMax = 3;

constexpr std::array<std::pair<uint64_t, RetryOn>, 5> kGrpcStatuses = {{
    {1, RetryOn::grpc_cancelled},
    {4, RetryOn::grpc_deadline_exceeded},
    {8, RetryOn::grpc_resource_exhausted},
    {13, RetryOn::grpc_internal},
    {14, RetryOn::grpc_unavailable},
}};

}  // namespace

RetryPlan::~RetryPlan() {
  if (counted_in_ != nullptr) --counted_in_->in_use.retries;
}

bool RetryPlan::should_retry(const Attempt& attempt, bool can_replay, ClusterState& cluster) {
  verdict_ = judge(attempt, can_replay, cluster);
  if (verdict_ == Verdict::repeat) {
    ++stale_retries_;
    return true;
  }
  if (verdict_ != Verdict::retry) return false;
  if (counted_in_ == nullptr) {
    ++cluster.in_use.retries;
    counted_in_ = &cluster;
  }
  ++retries_;
  return true;
}

RetryPlan::Verdict RetryPlan::judge(const Attempt& attempt, bool can_replay, const ClusterState& cluster) const {
  if (attempt.stage == Stage::choosing) return Verdict::nobody_asked;
  if (!can_replay) return Verdict::body_sent;
  if (met_closed_connection(attempt)) return Verdict::repeat;
  if (matches(attempt)) {
    if (retries_ >= policy_->retries_max) return Verdict::used_up;
    const bool has_budget = counted_in_ != nullptr || cluster.in_use.retries < cluster.retries_allowed();
    return has_budget ? Verdict::retry : Verdict::over_budget;
  }
  const bool is_unsafe = !is_idempotent_ && attempt.died_unanswered && !attempt.nothing_read;
  const bool would_be_repeated = attempt.on_reused_connection || policy_->has(RetryOn::connect_failure);
  return is_unsafe && would_be_repeated ? Verdict::not_repeatable : Verdict::not_covered;
}

// A kept connection that the endpoint had closed meanwhile: not the policy's business, nothing was asked of the
// endpoint.
bool RetryPlan::met_closed_connection(const Attempt& attempt) const {
  return attempt.stage == Stage::exchanging && attempt.on_reused_connection && attempt.died_unanswered &&
         (is_idempotent_ || attempt.nothing_read) && stale_retries_ < kStaleRetriesMax;
}

bool RetryPlan::matches(const Attempt& attempt) const {
  // To us it is as if the endpoint could not be connected to.
  const bool is_unconnected = attempt.was_not_delivered && is_idempotent_ && policy_->has(RetryOn::connect_failure);
  if (is_unconnected) return true;
  if (attempt.response != nullptr) return matches_response(*attempt.response);
  if (policy_->has(RetryOn::server_error) || policy_->has(RetryOn::gateway_error)) return true;
  if (attempt.stage == Stage::connecting) {
    return policy_->has(RetryOn::connect_failure) || policy_->has(RetryOn::reset_before_request) ||
           policy_->has(RetryOn::reset);
  }
  if (policy_->has(RetryOn::reset)) return true;
  // An endpoint that dies takes the connections in its queue with it. Where a failure to connect is tried again, so is
  // this, if the method makes it safe (RFC 9110 9.2.2).
  if (attempt.died_unanswered && is_idempotent_ && policy_->has(RetryOn::connect_failure)) return true;
  if (attempt.nothing_read && policy_->has(RetryOn::refused_stream)) return true;
  return policy_->has(RetryOn::reset_before_request) && attempt.nothing_read;
}

bool RetryPlan::matches_response(const http::ResponseHead& response) const {
  // Who limits the rate wants no more of it, unless the policy means just this.
  if (response.headers.has(http::HeaderId::x_envoy_ratelimited)) return policy_->has(RetryOn::rate_limited);
  const uint16_t status = response.status;
  if (policy_->has(RetryOn::server_error) && status >= 500) return true;
  if (policy_->has(RetryOn::gateway_error) && status >= 502 && status <= 504) return true;
  if (policy_->has(RetryOn::retriable_4xx) && status == 409) return true;
  if (policy_->has(RetryOn::status_codes) &&
      std::ranges::find(policy_->status_codes, status) != policy_->status_codes.end())
    return true;
  if (policy_->has(RetryOn::headers) && has_listed_header(response)) return true;
  const auto grpc_status = response.headers.get(http::HeaderId::grpc_status);
  if (!grpc_status) return false;
  const auto code = parse_unsigned(*grpc_status);
  return std::ranges::any_of(kGrpcStatuses,
                             [&](const auto& entry) { return code == entry.first && policy_->has(entry.second); });
}

bool RetryPlan::has_listed_header(const http::ResponseHead& response) const {
  const RoutedHeaders fields(response.headers);
  std::string scratch;
  return std::ranges::any_of(policy_->response_headers, [&](const decide::HeaderMatch& match) {
    return match.matches({.headers = &fields}, scratch);
  });
}

std::string_view RetryPlan::refusal() const {
  const bool asks_for_none = policy_->conditions == 0 || policy_->retries_max == 0;
  switch (verdict_) {
    case Verdict::repeat:
    case Verdict::retry:
    case Verdict::nobody_asked:
      return {};
    case Verdict::body_sent:
      return "body_sent";
    case Verdict::used_up:
      return asks_for_none ? "no_retries" : "used_up";
    case Verdict::over_budget:
      return "over_budget";
    case Verdict::not_repeatable:
      return "not_repeatable";
    case Verdict::not_covered:
      return asks_for_none ? "no_retries" : "not_covered";
  }
  return {};
}

Duration RetryPlan::backoff(Random& random) const {
  if (verdict_ == Verdict::repeat) return Duration::zero();
  const Duration longest =
      std::min(policy_->backoff_base * ((int64_t{1} << std::min(retries_, 20U)) - 1), policy_->backoff_max);
  if (longest <= Duration::zero()) return Duration::zero();
  return Duration(static_cast<int64_t>(random.below(static_cast<uint64_t>(longest.count()))));
}

}  // namespace weft::proxy
