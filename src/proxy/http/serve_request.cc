// The life of one request, top to bottom.
#include "proxy/http/serve_request.h"

#include <ranges>

#include "decide/routing/canonical_path.h"
#include "net/tunnel.h"
#include "proxy/http/local_response.h"
#include "proxy/http/mirror.h"
#include "proxy/http/relay.h"
#include "proxy/http/send.h"
#include "proxy/policy/forwarded/forwarded.h"
#include "proxy/policy/request_id/request_id.h"

namespace weft::proxy {
namespace {

// For what an end that has finished has not taken yet.
constexpr Duration kLastBytesTime = std::chrono::seconds(10);

// What is asked of every request before it is routed.
Result<> admit(Exchange& exchange) {
  if (exchange.shard.pressure >= Pressure::shedding || exchange.is_one_too_many) {
    exchange.record.set(Flag::overloaded);
    return fail(Reason::overflow, "the proxy is short of memory");
  }
  if (exchange.request.version == http::Version::http10 && !exchange.chain->accepts_http10) {
    return fail(Reason::unsupported, "HTTP/1.0", Side::client);
  }
  const auto verdict = decide::canonicalize_path(exchange.request.path, exchange.chain->path_policy);
  if (verdict == decide::PathVerdict::accept) return {};
  if (verdict == decide::PathVerdict::redirect) return fail(Reason::conflict, exchange.request.path, Side::client);
  exchange.record.details = "path_normalization_failed";
  return fail(Reason::invalid, "", Side::client);
}

// Pure: the table, the virtual host, the route, and of a weighted route the cluster. What only claims can tell waits
// for them without a route (policy/token makes it choose again).
Result<> find_route(Exchange& exchange) {
  exchange.route_is_stale = false;
  exchange.destination = nullptr;
  const decide::RouteTable* table = exchange.snapshot->routes_of(*exchange.chain);
  const auto decision = table == nullptr ? decide::Decision() : table->decide(exchange.routed());
  if (!decision && !exchange.record.token_denial && exchange.routes_by_claims()) return {};
  if (!decision) {
    exchange.route = exchange.record.route = nullptr;
    exchange.record.set(Flag::no_route);
    return fail(Reason::no_route, "no route matches the request");
  }
  exchange.route = exchange.record.route = decision.route;
  if (const auto* forward = std::get_if<decide::Forward>(&decision.route->action)) {
    exchange.destination = &forward->pick(exchange.random);
  }
  return {};
}

// A route may have its own, which goes before the listener's.
void take_idle_timeout(http::ServerStream& client, Exchange& exchange) {
  if (exchange.route == nullptr) return;
  const auto* forward = std::get_if<decide::Forward>(&exchange.route->action);
  if (forward == nullptr || !forward->idle_timeout) return;
  exchange.idle.limit(*forward->idle_timeout);
  client.set_idle_timeout(*forward->idle_timeout);
}

Result<> take_route(http::ServerStream& client, Exchange& exchange) {
  WEFT_CHECK(find_route(exchange));
  take_idle_timeout(client, exchange);
  return {};
}

Result<> give(Answer& granted, Answer own) {
  granted = std::move(own);
  return {};
}

// Fills `granted`; an error is still to be made a response.
runtime::Task<Result<>> answer(http::ServerStream& client, Exchange& exchange, RequestBody& body, Stack stack,
                               Answer& granted) {
  give_request_id(exchange);
  WEFT_CO_CHECK(admit(exchange));
  learn_scheme(exchange);
  WEFT_CO_CHECK(take_route(client, exchange));
  for (const Policy* policy : stack) {  // order and reasons: outbound/stack.cc, inbound/stack.cc
    auto verdict = policy->on_request(exchange);
    if (!verdict.is_nothing()) WEFT_CO_CHECK(co_await verdict);
    if (exchange.local_reply) co_return give(granted, to_response(exchange, *std::move(exchange.local_reply)));
    if (exchange.route_is_stale) WEFT_CO_CHECK(take_route(client, exchange));
  }
  const auto& action = exchange.route->action;
  if (const auto* redirect = std::get_if<decide::Redirect>(&action))
    co_return give(granted, to_response(exchange, *redirect));
  if (const auto* direct = std::get_if<decide::DirectResponse>(&action))
    co_return give(granted, to_response(exchange, *direct));
  start_mirrors(exchange, body);
  co_return co_await send_with_retries(exchange, body, client, granted);
}

http::RawConnection raw_endpoint(Answer& granted) {
  return granted.lease ? granted.lease.stream().raw() : http::RawConnection{granted.bytes->stream.get(), nullptr};
}

// Once the client has what it asked for, the bytes belong to the two ends, whatever carries them.
runtime::Task<void> tunnel(http::ServerStream& client, Exchange& exchange, Answer& granted) {
  const http::RawConnection near = client.raw();
  const http::RawConnection far = raw_endpoint(granted);
  granted.hang_up = HangUpWatch();
  const net::TunnelEnd client_end{*near.stream, near.early};
  const net::TunnelEnd endpoint_end{*far.stream, far.early};
  const net::TunnelLimits limits{.idle_timeout = exchange.idle.timeout()};
  const auto result = co_await net::run_tunnel(client_end, endpoint_end, limits, exchange.shard.relay_pool);
  exchange.record.received_bytes += result.to_endpoint;
  exchange.record.sent_bytes += result.to_client;
  if (result.ending == net::TunnelEnding::client_broke) far.stream->reset_on_close();
  if (result.ending == net::TunnelEnding::endpoint_broke) near.stream->reset_on_close();
  // The last bytes of an HTTP/2 stream may still wait for its window; a socket's are with the kernel.
  const Time end = exchange.shard.reactor.now() + kLastBytesTime;
  co_await near.stream->writable(end);
  co_await far.stream->writable(end);
  client.break_off();
}

}  // namespace

runtime::Task<void> serve_request(http::ServerStream& client, Exchange& exchange, Stack stack, RecordSink& sink) {
  RequestBody body(client);
  exchange.stream = &client;
  exchange.body = &body;
  exchange.tunnel = client.wanted_tunnel();
  Answer granted;
  const auto verdict = co_await answer(client, exchange, body, stack, granted);
  if (!verdict) granted = to_response(exchange, verdict.error());
  for (const Policy* policy : stack | std::views::reverse) policy->on_response(exchange);
  co_await relay(exchange, granted, client);
  if (exchange.is_tunnel() && client.response_is_done()) co_await tunnel(client, exchange, granted);
  sink.write(exchange);
}

}  // namespace weft::proxy
