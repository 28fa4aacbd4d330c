#include "proxy/http/send.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "base/strings.h"
#include "proxy/http/send_once.h"
#include "proxy/retry/asked_retries.h"
#include "proxy/retry/retry_plan.h"
#include "runtime/signal.h"

namespace weft::proxy {
namespace {

// RFC 9110 9.2.2.
bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS" ||
         method == "TRACE";
}

// grpc-timeout: up to 8 digits and a unit (gRPC over HTTP/2, "Request-Headers").
std::optional<Duration> grpc_timeout(const http::Headers& headers) {
  const auto text = headers.get(http::HeaderId::grpc_timeout);
  int64_t number;
  if (!text || text->size() < 2 || text->size() > 9) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size() - 1, number);
  if (error != std::errc() || end != text->data() + text->size() - 1 || number < 0) return std::nullopt;
  switch (text->back()) {
    case 'H':
      return std::chrono::hours(number);
    case 'M':
      return std::chrono::minutes(number);
    case 'S':
      return std::chrono::seconds(number);
    case 'm':
      return std::chrono::milliseconds(number);
    case 'u':
      return std::chrono::microseconds(number);
    case 'n':
      return std::chrono::nanoseconds(number);
    default:
      return std::nullopt;
  }
}

// How long the whole exchange may take by the route and by gRPC's own field; 0: as long as it likes.
Duration routes_timeout(const decide::Forward& forward, const http::Headers& headers) {
  if (!forward.grpc_timeout_max || !headers.has(http::HeaderId::grpc_timeout)) return forward.timeout;
  const Duration longest = *forward.grpc_timeout_max;
  const Duration wanted = grpc_timeout(headers).value_or(Duration::zero());
  if (longest == Duration::zero()) return wanted;
  return wanted == Duration::zero() ? longest : std::min(wanted, longest);
}

// The proxy before us has worked it out already, where we are to believe it (the router's respect_expected_rq_timeout).
std::optional<Duration> expected_timeout(const Exchange& exchange) {
  if (!exchange.chain->respects_expected_timeout) return std::nullopt;
  const auto text = exchange.request.headers.get(http::HeaderId::x_envoy_expected_rq_timeout_ms);
  const auto number = text ? parse_unsigned(*text) : std::nullopt;
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(*number));
}

// The route's time, unless the request asks for another.
Duration timeout_of(Exchange& exchange, const decide::Forward& forward) {
  const auto asked = take_asked_timeout(exchange.request.headers);
  if (const auto expected = expected_timeout(exchange)) return *expected;
  return asked ? *asked : routes_timeout(forward, exchange.request.headers);
}

// Tells the endpoint how long it has: one attempt's time where that is bounded.
void tell_timeout(Exchange& exchange, Duration whole, Duration per_try) {
  const Duration has = per_try > Duration::zero() ? per_try : whole;
  if (has == Duration::zero()) return;
  const auto timeout_ms = std::chrono::duration_cast<std::chrono::milliseconds>(has).count();
  exchange.request.headers.set(http::HeaderId::x_envoy_expected_rq_timeout_ms, std::to_string(timeout_ms));
}

// For requests that are not to be retried whatever their route says.
const decide::RetryPolicy& no_retries() {
  static const decide::RetryPolicy kNone;
  return kNone;
}

// From now on those priorities are left out that attempts have been made at, if it is time for that (Envoy's
// previous_priorities). Once all have been tried, the picker takes any.
void leave_priorities(SendOptions& options) {
  const uint32_t every = options.retry.leaves_priorities_after;
  if (every == 0 || options.tried.size() % every != 0) return;
  for (const EndpointRef& endpoint : options.tried) {
    if (endpoint->priority < 64) options.left_priorities |= uint64_t{1} << endpoint->priority;
  }
}

void count_attempt(Exchange& exchange) {
  const uint32_t attempt = ++exchange.record.attempts;
  if (!exchange.route->counts_attempts) return;
  char text[12];
  const auto end = std::to_chars(text, text + sizeof text, attempt).ptr;
  exchange.request.headers.set(http::HeaderId::x_envoy_attempt_count, {text, static_cast<size_t>(end - text)});
}

// What the answer says of the endpoint. A gRPC error comes with status 200; where the head has it already, it stands
// for the HTTP status that gRPC maps to it (grpc/doc/http-grpc-status-mapping.md, read backwards as Envoy does).
uint16_t status_of(const http::ResponseHead& response) {
  const auto text = response.headers.get(http::HeaderId::grpc_status);
  const auto code = text ? parse_unsigned(*text) : std::nullopt;
  if (!code || response.status != 200) return response.status;
  switch (*code) {
    case 2:   // UNKNOWN
    case 13:  // INTERNAL
    case 15:  // DATA_LOSS
      return 500;
    case 4:  // DEADLINE_EXCEEDED
      return 504;
    case 12:  // UNIMPLEMENTED
      return 501;
    case 14:  // UNAVAILABLE
      return 503;
    default:  // success, or the client's fault
      return 200;
  }
}

// Tells the cluster what its endpoint made of the attempt. A client that left, or a line that was full, says nothing
// about the endpoint.
void observe(const Exchange& exchange, const Attempt& attempt, ClusterState& cluster) {
  const RequestRecord& record = exchange.record;
  const bool is_ours =
      attempt.stage == Stage::choosing || record.has(Flag::client_closed) || record.has(Flag::client_protocol_error);
  if (!record.endpoint || is_ours) return;
  const Time now = exchange.shard.reactor.now();
  Observation seen{.at = now, .took = now - attempt.began};
  if (attempt.response != nullptr) seen.status = status_of(*attempt.response);
  cluster.observe(*record.endpoint, seen);
}

// For the failure log. What goes well at once leaves no trace.
void note_attempt(Exchange& exchange, const Attempt& attempt, const Result<>& sent) {
  const uint16_t status = attempt.response == nullptr ? uint16_t{0} : attempt.response->status;
  const bool went_well = sent && status < 500 && attempt.trouble == Trouble::none;
  if (went_well && exchange.record.attempts == 1) return;
  exchange.attempts.reason = sent ? std::string() : sent.error().detail;
  exchange.attempts.add({.endpoint = exchange.record.endpoint,
                         .flags = exchange.record.flags,
                         .status = status,
                         .trouble = attempt.trouble,
                         .lasted = exchange.shard.reactor.now() - attempt.began,
                         .idle = attempt.idle});
}

Result<ClusterState*> known_cluster(Exchange& exchange) {
  ClusterState* cluster = exchange.shard.clusters.find(exchange.destination->cluster);
  const decide::ClusterPtr* config = exchange.snapshot->cluster(exchange.destination->cluster);
  if (cluster != nullptr && cluster->config() != nullptr && config != nullptr) {
    exchange.record.cluster = config->get();  // alive as long as the exchange's snapshot
    return cluster;
  }
  exchange.record.set(Flag::no_cluster);
  return fail(Reason::no_cluster, "the route's cluster is not known");
}

}  // namespace

runtime::Task<Result<>> send_with_retries(Exchange& exchange, RequestBody& body, http::ServerStream& client,
                                          Answer& answer) {
  const auto& forward = std::get<decide::Forward>(exchange.route->action);
  WEFT_CO_TRY(ClusterState* const cluster, known_cluster(exchange));
  const telemetry::ResponseFlags flags_before = exchange.record.flags;
  const auto asked = take_asked_retries(exchange.request.headers, forward.retry);
  const decide::RetryPolicy& retry = asked ? *asked : forward.retry;
  RetryPlan plan(retry.takes(exchange.routed()) ? retry : no_retries(), is_idempotent(exchange.request.method));
  const Duration timeout = timeout_of(exchange, forward);
  tell_timeout(exchange, timeout, retry.per_try_timeout);
  SendOptions options{.body = body,
                      .client = client,
                      .cluster = *cluster,
                      .retry = retry,
                      .deadline = timeout > Duration::zero()
                                      ? exchange.record.started + exchange.record.delayed + timeout
                                      : runtime::kNever,
                      .repeatable = is_idempotent(exchange.request.method) ? Repeatable::yes : Repeatable::no};
  for (;;) {  // bounded: the plan counts
    count_attempt(exchange);
    Attempt attempt{.began = exchange.shard.reactor.now()};
    auto sent = co_await send_once(exchange, options, attempt, answer);
    if (!sent) answer = Answer();
    observe(exchange, attempt, *cluster);
    note_attempt(exchange, attempt, sent);
    // Once the exchange's own time is up there is none for another attempt, whatever the policy wants.
    const bool is_over = exchange.record.has(Flag::stream_idle_timeout) || is_routes_time(attempt.trouble);
    if (is_over || !plan.should_retry(attempt, body.can_replay(), *cluster)) {
      if (!sent && !is_over) exchange.attempts.not_retried = plan.refusal();
      if (plan.is_refused()) exchange.record.set(Flag::overflow);
      if (plan.is_exhausted()) exchange.record.set(Flag::attempts_exhausted);
      co_return sent;
    }
    if (exchange.record.endpoint) options.tried.push_back(exchange.record.endpoint);
    leave_priorities(options);
    exchange.record.flags = flags_before;
    answer = Answer();  // lets go of the failed attempt's connection before the pause
    runtime::Reactor& reactor = exchange.shard.reactor;
    const Duration pause = plan.backoff(exchange.shard.random);
    if (pause > Duration::zero()) co_await runtime::sleep_until(reactor, reactor.now() + pause);
  }
}

}  // namespace weft::proxy
