// RetryPlan: how often and when one exchange is tried again. Bounded by the route's retry policy, by what was sent
// already and by the deadline. Pure but for the jitter it is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "decide/routing/retry_policy.h"
#include "http/message.h"
#include "proxy/balance/cluster_state.h"
#include "proxy/connect/trouble.h"

namespace weft::proxy {

// Where an attempt failed: what may be repeated depends on how far it got.
enum class Stage : uint8_t {
  none,        // it did not fail: there is a response
  choosing,    // no endpoint, or limits are reached
  connecting,  // the connection did not come up
  exchanging,  // something was sent, or might have been
};

// What one attempt came to, as far as retrying is concerned.
struct Attempt {
  Time began{};
  Time deadline{};  // its own, where that is sooner than the exchange's
  Stage stage = Stage::none;
  bool nothing_read = true;  // the endpoint has read nothing of the request, for certain
  bool on_reused_connection = false;
  bool died_unanswered = false;    // the connection ended before any byte of a response
  bool timed_out = false;          // the attempt's own time was up
  bool was_not_delivered = false;  // so says a proxy of ours in front of the endpoint
  const http::ResponseHead* response = nullptr;
  Trouble trouble = Trouble::none;
  std::optional<Duration> idle{};  // for how long the connection had been idle; nothing: it was a new one
};

// Belongs to one exchange.
class RetryPlan {
 public:
  // `is_idempotent`: by its method (RFC 9110 9.2.2).
  RetryPlan(const decide::RetryPolicy& policy, bool is_idempotent) : policy_(&policy), is_idempotent_(is_idempotent) {}
  ~RetryPlan();
  RetryPlan(const RetryPlan&) = delete;
  RetryPlan& operator=(const RetryPlan&) = delete;

  // Whether to try again; counts the retry if so. `can_replay`: the request's body is still all there.
  bool should_retry(const Attempt& attempt, bool can_replay, ClusterState& cluster);

  // How long to wait before the retry that was just granted: exponential with full jitter; nothing for the repetition
  // of a request that met a connection closed by keep-alive.
  Duration backoff(Random& random) const;

  // Why the last attempt was not followed by another, as /why names it; empty where there is nothing to say.
  std::string_view refusal() const;

  bool is_exhausted() const { return verdict_ == Verdict::used_up; }
  // The last retry that was wanted was one too many for the cluster.
  bool is_refused() const { return verdict_ == Verdict::over_budget; }

 private:
  // What follows from an attempt.
  enum class Verdict : uint8_t {
    repeat,          // it met a kept connection that the endpoint had closed meanwhile
    retry,           // as the policy says
    nobody_asked,    // there was no endpoint, or a limit was reached: another attempt would find the same
    body_sent,       // and is not kept
    used_up,         // the policy wants a retry, and has no more
    over_budget,     // the policy wants a retry, and the cluster has too many under way
    not_repeatable,  // it would be repeated, were it safe
    not_covered,     // the policy does not want it
  };

  Verdict judge(const Attempt& attempt, bool can_replay, const ClusterState& cluster) const;
  bool met_closed_connection(const Attempt& attempt) const;
  bool matches(const Attempt& attempt) const;
  bool matches_response(const http::ResponseHead& response) const;
  bool has_listed_header(const http::ResponseHead& response) const;

  const decide::RetryPolicy* policy_;
  ClusterState* counted_in_ = nullptr;
  bool is_idempotent_;
  uint32_t retries_ = 0;
  uint32_t stale_retries_ = 0;
  Verdict verdict_ = Verdict::nobody_asked;
};

}  // namespace weft::proxy
