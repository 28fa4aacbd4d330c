#include "proxy/http/send_once.h"

#include <algorithm>

namespace weft::proxy {
namespace {

using http::BodyPiece;

// The cause of an exchange that ended without a response, once the request was on its way: the endpoint's side, or what
// the client did while it sent its body.
Error cause_of(const Exchange& exchange, Error error, const Upload* upload) {
  if (upload == nullptr) return error;
  if (upload->client_error()) return *upload->client_error();
  // As long as the request is not complete, it is the client who was waited for.
  if (exchange.idle.has_fired() && !upload->is_over()) error.side = Side::client;
  return error;
}

void flag_lost(Exchange& exchange, const Error& error, const http::ClientStream& endpoint) {
  RequestRecord& record = exchange.record;
  const bool is_silent = error.side == Side::client && error.reason == Reason::timed_out;
  if (exchange.idle.has_fired() || is_silent) return record.set(Flag::stream_idle_timeout);
  if (error.side == Side::client) {
    const bool is_wrong = error.reason == Reason::malformed || error.reason == Reason::too_large;
    return record.set(is_wrong ? Flag::client_protocol_error : Flag::client_closed);
  }
  switch (error.reason) {
    case Reason::cancelled:
      return record.set(Flag::client_closed);
    case Reason::timed_out:
      return record.set(Flag::request_timeout);
    case Reason::malformed:
    case Reason::too_large:
    case Reason::unsupported:
      return record.set(Flag::endpoint_protocol_error);
    default:
      return record.set(endpoint.was_reset() ? Flag::endpoint_reset : Flag::endpoint_closed);
  }
}

// Which of the two times was up, now that one is.
Trouble trouble_of_time(const Exchange& exchange, const SendOptions& options) {
  return exchange.shard.reactor.now() >= options.deadline ? Trouble::route_timeout : Trouble::attempt_timeout;
}

// A connection that is not there when the attempt's own time is up is that time's matter, as in Envoy.
void flag_unconnected(Exchange& exchange, const SendOptions& options, const ConnectError& error, Attempt& attempt) {
  if (error.reason == Reason::timed_out && exchange.shard.reactor.now() >= attempt.deadline) {
    attempt.trouble = trouble_of_time(exchange, options) == Trouble::route_timeout ? Trouble::route_unconnected
                                                                                   : Trouble::attempt_unconnected;
    return exchange.record.set(Flag::request_timeout);
  }
  attempt.trouble = error.trouble;
  exchange.attempts.transport_failure = error.transport_failure;
  const bool is_overflow = error.reason == Reason::overflow;
  exchange.record.set(is_overflow ? Flag::overflow : Flag::connection_failed);
}

Trouble trouble_exchanging(const Exchange& exchange, const SendOptions& options, const Attempt& attempt,
                           const Lease& lease) {
  if (exchange.record.has(Flag::request_timeout)) return trouble_of_time(exchange, options);
  if (exchange.record.has(Flag::endpoint_reset))
    return lease.stream().was_unread() ? Trouble::stream_refused : Trouble::stream_reset;
  if (!exchange.record.has(Flag::endpoint_closed)) return Trouble::none;
  if (!attempt.died_unanswered) return Trouble::closed_midway;
  if (attempt.on_reused_connection) return Trouble::stale_connection;
  return lease.is_encrypted() ? Trouble::closed_unanswered : Trouble::closed_plain_text;
}

PickContext pick_context(const Exchange& exchange, const SendOptions& options) {
  const auto& forward = std::get<decide::Forward>(exchange.route->action);
  return {.random = exchange.shard.random,
          .now = exchange.shard.reactor.now(),
          .hash = decide::hash_of(forward.hash_policies, exchange.routed(),
                                  {.address = exchange.origin.ip, .issued_cookie = exchange.issued()}),
          .tried = options.tried,
          .attempts_max = options.retry.avoids_tried_endpoints ? options.retry.selection_attempts_max : 1,
          .left_priorities = options.left_priorities};
}

Result<EndpointRef> choose(Exchange& exchange, const SendOptions& options, Attempt& attempt) {
  ClusterState& cluster = options.cluster;
  const decide::Cluster& config = *cluster.config();
  if (config.discovery == decide::Discovery::original_destination)
    return cluster.endpoint_at(exchange.client.destination);
  EndpointRef endpoint = cluster.pick(pick_context(exchange, options));
  if (endpoint) return endpoint;
  attempt.trouble = trouble_choosing(cluster);
  exchange.record.set(Flag::no_healthy_endpoint);
  return fail(Reason::no_healthy_endpoint, "cluster '" + config.name + "' has no healthy endpoint");
}

// What must hold before anything is sent.
Result<> check(Exchange& exchange, const ClusterState& cluster, Attempt& attempt) {
  if (cluster.config() == nullptr) {
    exchange.record.set(Flag::no_cluster);
    return fail(Reason::no_cluster, "the cluster has gone meanwhile");
  }
  if (cluster.in_use.requests >= cluster.limits().requests_max) {
    attempt.trouble = Trouble::requests_limit;
    exchange.record.set(Flag::overflow);
    return fail(Reason::overflow, "too many requests to the cluster are under way");
  }
  return {};
}

// Between two of our proxies HTTP/1.1 requests of many clients share connections, too; but not what becomes a tunnel:
// it would keep its connection from ending for as long as it lives.
bool speaks_http2(const Exchange& exchange, const Endpoint& endpoint) {
  if (endpoint.multiplexes && exchange.tunnel == http::TunnelKind::none) return true;
  const auto protocol = endpoint.cluster->config()->protocol;
  if (protocol != decide::EndpointProtocol::as_client) return protocol == decide::EndpointProtocol::http2;
  return exchange.request.version == http::Version::http2 && !exchange.client.multiplexes;
}

// Sends what there is of the request; the rest follows by itself.
runtime::Task<Result<>> start(Exchange& exchange, const SendOptions& options, Answer& answer) {
  WEFT_CO_TRY(const BodyPiece first, options.body.first());
  http::ClientStream& endpoint = answer.lease.stream();
  answer.hang_up = HangUpWatch(options.client, endpoint, exchange.idle);
  endpoint.set_deadline(options.deadline);
  if (exchange.tunnel == http::TunnelKind::upgrade) WEFT_CO_CHECK(co_await endpoint.until_upgradable());
  endpoint.start_request(exchange.request, options.body.length());
  exchange.record.sent_upstream = exchange.shard.reactor.now();
  exchange.record.received_bytes = first.data.size();
  const bool has_trailers = first.is_last() && !options.body.trailers().empty();
  const auto part = has_trailers ? http::Part::more : first.part;
  WEFT_CO_CHECK(co_await endpoint.write_body(first.data, part));
  if (has_trailers) WEFT_CO_CHECK(co_await endpoint.write_trailers(options.body.trailers()));
  if (!first.is_last()) answer.upload = std::make_unique<Upload>(options.body, endpoint, exchange);
  co_return Result<>();
}

// A tunnel that nobody asked for is not opened (RFC 9110 15.2.2); and a success that opens none would be taken for one
// by a client of HTTP/2 (RFC 8441 5).
Result<> check_tunnel(const Exchange& exchange) {
  const uint16_t status = exchange.response.status;
  const bool is_unasked = status == 101 && exchange.tunnel != http::TunnelKind::upgrade;
  const bool is_misleading = exchange.tunnel == http::TunnelKind::upgrade && status >= 200 && status < 300 &&
                             exchange.request.version == http::Version::http2;
  if (!is_unasked && !is_misleading) return {};
  return fail(Reason::malformed, "an answer that does not fit whether an upgrade was asked for", Side::endpoint);
}

// Up to the final response's head. Interim ones pass on to the client, but for 100: Weft asked the client for the body
// itself where that was wanted.
runtime::Task<Result<>> read_final_head(Exchange& exchange, const SendOptions& options, http::ClientStream& endpoint) {
  for (;;) {
    WEFT_CO_CHECK(co_await endpoint.read_head(exchange.response));
    if (!exchange.response.is_informational() || exchange.response.status == 101) co_return check_tunnel(exchange);
    if (exchange.response.status == 100) continue;
    options.client.start_response(exchange.response, http::BodyLength::none());
    WEFT_CO_CHECK(co_await options.client.write_body({}, http::Part::more));
  }
}

Time attempt_deadline(const Exchange& exchange, const SendOptions& options) {
  const Duration per_try = options.retry.per_try_timeout;
  if (per_try == Duration::zero()) return options.deadline;
  return std::min(options.deadline, exchange.shard.reactor.now() + per_try);
}

// A CONNECT that ends here: the endpoint gets the bytes behind it, and no HTTP.
bool ends_here(const Exchange& exchange) {
  return exchange.tunnel == http::TunnelKind::connect &&
         std::get<decide::Forward>(exchange.route->action).connect == decide::ConnectMode::terminate;
}

runtime::Task<Result<>> open_bytes(Exchange& exchange, const SendOptions& options, EndpointRef endpoint,
                                   Attempt& attempt, Answer& answer) {
  auto opened = co_await exchange.shard.pools.open(std::move(endpoint), Carries::bytes, attempt.deadline);
  if (!opened) {
    flag_unconnected(exchange, options, opened.error(), attempt);
    co_return fail(std::move(opened).error());
  }
  answer.bytes = std::make_unique<Pools::Opened>(*std::move(opened));
  exchange.response.clear();
  attempt.stage = Stage::none;
  attempt.response = &exchange.response;
  co_return Result<>();
}

// Only a proxy of ours is believed: it lets no application say this (policy/delivery).
void take_delivery_mark(const Exchange& exchange, Attempt& attempt) {
  const http::ResponseHead& response = exchange.response;
  if (response.status < 400 || !exchange.record.endpoint->multiplexes) return;
  if (!response.headers.has(http::HeaderId::x_weft_not_delivered)) return;
  attempt.was_not_delivered = response.status == 503;
  if (response.status < 500) attempt.trouble = Trouble::refused_by_peer;
}

}  // namespace

runtime::Task<Result<>> send_once(Exchange& exchange, const SendOptions& options, Attempt& attempt, Answer& answer) {
  attempt.stage = Stage::choosing;
  exchange.record.endpoint = {};
  WEFT_CO_CHECK(check(exchange, options.cluster, attempt));
  WEFT_CO_TRY(EndpointRef endpoint, choose(exchange, options, attempt));
  exchange.record.endpoint = endpoint;
  answer.load = Load(endpoint);

  attempt.stage = Stage::connecting;
  const Time deadline = attempt.deadline = attempt_deadline(exchange, options);
  if (ends_here(exchange)) co_return co_await open_bytes(exchange, options, std::move(endpoint), attempt, answer);
  Pools& pools = exchange.shard.pools;
  const bool shares = speaks_http2(exchange, *endpoint);
  answer.lease = shares ? pools.share(*endpoint) : pools.reuse(*endpoint, options.repeatable);
  if (!answer.lease) {
    auto acquired = shares ? co_await pools.acquire_shared(std::move(endpoint), deadline)
                           : co_await pools.acquire(std::move(endpoint), options.repeatable, deadline);
    if (!acquired) {
      if (acquired.error().reason == Reason::overflow) attempt.stage = Stage::choosing;
      flag_unconnected(exchange, options, acquired.error(), attempt);
      co_return fail(std::move(acquired).error());
    }
    answer.lease = *std::move(acquired);
  }

  attempt.stage = Stage::exchanging;
  attempt.nothing_read = false;
  attempt.on_reused_connection = answer.lease.is_reused();
  auto sent = co_await start(exchange, options, answer);
  answer.lease.stream().set_deadline(deadline);
  if (sent) sent = co_await read_final_head(exchange, options, answer.lease.stream());
  if (!sent) {
    attempt.died_unanswered = sent.error().retry == Retry::safe;
    attempt.nothing_read = attempt.died_unanswered && answer.lease.stream().was_unread();
    attempt.timed_out = sent.error().reason == Reason::timed_out;
    Error cause = cause_of(exchange, std::move(sent).error(), answer.upload.get());
    flag_lost(exchange, cause, answer.lease.stream());
    attempt.trouble = trouble_exchanging(exchange, options, attempt, answer.lease);
    attempt.idle = answer.lease.idle_before(attempt.began);
    co_return fail(std::move(cause));
  }
  // The per-try time covers the wait for the head alone.
  answer.lease.stream().set_deadline(options.deadline);
  exchange.record.answered = exchange.shard.reactor.now();
  attempt.stage = Stage::none;
  attempt.response = &exchange.response;
  take_delivery_mark(exchange, attempt);
  co_return Result<>();
}

}  // namespace weft::proxy
