#include "proxy/http/local_response.h"

#include "decide/routing/rewrite.h"
#include "proxy/http/grpc_response.h"

namespace weft::proxy {
namespace {

// Envoy's sentence for a request that got no response from its endpoint.
std::string no_response_text(const Exchange& exchange, std::string_view reason) {
  const bool was_retried = exchange.record.attempts > 1;
  return std::string("upstream connect error or disconnect/reset before headers. ") +
         (was_retried ? "retried and the latest reset reason: " : "reset reason: ") + std::string(reason);
}

// In Envoy's words: "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_...}".
std::string_view connect_failure_details(Exchange& exchange) {
  const std::string& failure = exchange.attempts.transport_failure;
  if (failure.empty()) return "upstream_reset_before_response_started{remote_connection_failure}";
  std::string& details = exchange.attempts.details;
  details.append("upstream_reset_before_response_started{remote_connection_failure|").append(failure).append("}");
  return details;
}

LocalReply connect_failure(Exchange& exchange, const Error& error) {
  if (error.reason == Reason::timed_out) {
    return {503, "upstream_reset_before_response_started{connection_timeout}",
            no_response_text(exchange, "connection timeout")};
  }
  const auto attempts = exchange.attempts.attempts();
  const bool is_refused = !attempts.empty() && attempts.back().trouble == Trouble::connect_refused;
  return {
      503, connect_failure_details(exchange),
      no_response_text(exchange, is_refused ? "remote connection failure, transport failure reason: delayed connect "
                                              "error: Connection refused"
                                            : "remote connection failure")};
}

uint16_t unknown_cluster_status(const Exchange& exchange) {
  const auto* forward = exchange.route == nullptr ? nullptr : std::get_if<decide::Forward>(&exchange.route->action);
  return forward == nullptr ? 503 : forward->unknown_cluster_status;
}

LocalReply by_reason(const Exchange& exchange, const Error& error) {
  const bool is_http10 = exchange.request.version == http::Version::http10 && !exchange.chain->accepts_http10;
  if (is_http10) return {426, "low_version", "Upgrade Required"};
  switch (error.reason) {
    case Reason::denied:
      return {403, exchange.record.details, ""};
    case Reason::malformed:
    case Reason::invalid:
      return {400, "bad_request", error.detail};
    case Reason::too_large:
      return {413, "request_payload_too_large", "Payload Too Large"};
    case Reason::timed_out:
      return {408, "request_overall_timeout", "request timeout"};
    case Reason::unsupported:
      return {501, "unsupported", error.detail};
    default:
      return {500, "internal_error", ""};
  }
}

// 504 either way, as in Envoy; the details tell which time it was.
LocalReply timeout(const Exchange& exchange) {
  const auto attempts = exchange.attempts.attempts();
  const bool is_attempts = !attempts.empty() && is_attempts_time(attempts.back().trouble);
  return {504, is_attempts ? "upstream_per_try_timeout" : "upstream_response_timeout", "upstream request timeout"};
}

LocalReply reset_by_endpoint(const Exchange& exchange) {
  const auto attempts = exchange.attempts.attempts();
  const bool is_refused = !attempts.empty() && attempts.back().trouble == Trouble::stream_refused;
  if (is_refused) {
    return {503, "upstream_reset_before_response_started{remote_refused_stream_reset}",
            no_response_text(exchange, "remote refused stream reset")};
  }
  return {503, "upstream_reset_before_response_started{remote_reset}", no_response_text(exchange, "remote reset")};
}

LocalReply reply_to(Exchange& exchange, const Error& error) {
  const RequestRecord& record = exchange.record;
  if (record.has(Flag::client_closed)) return {0, "downstream_remote_disconnect", ""};
  if (record.has(Flag::overloaded)) return {503, "overload", "envoy overloaded"};
  if (record.has(Flag::no_route)) return {404, "route_not_found", ""};
  if (record.has(Flag::no_cluster)) return {unknown_cluster_status(exchange), "cluster_not_found", ""};
  if (record.has(Flag::no_healthy_endpoint)) return {503, "no_healthy_upstream", "no healthy upstream"};
  // 408 as long as the request itself has not all come, as in Envoy.
  if (record.has(Flag::stream_idle_timeout)) {
    const uint16_t status = error.side == Side::client ? 408 : 504;
    return {status, "stream_idle_timeout", "stream timeout"};
  }
  if (record.has(Flag::request_timeout)) return timeout(exchange);
  if (record.has(Flag::connection_failed)) return connect_failure(exchange, error);
  if (record.has(Flag::endpoint_protocol_error)) {
    return {502, "upstream_reset_before_response_started{protocol_error}",
            no_response_text(exchange, "protocol error")};
  }
  if (record.has(Flag::endpoint_reset)) return reset_by_endpoint(exchange);
  if (record.has(Flag::endpoint_closed)) {
    return {503, "upstream_reset_before_response_started{connection_termination}",
            no_response_text(exchange, "connection termination")};
  }
  // Behind the others: of an exchange whose retry was refused, they say what happened.
  if (record.has(Flag::overflow)) {
    return {503, "upstream_reset_before_response_started{overflow}", no_response_text(exchange, "overflow")};
  }
  return by_reason(exchange, error);
}

Answer make(Exchange& exchange, LocalReply reply) {
  exchange.response.clear();
  exchange.response.status = reply.status;
  for (const auto& [name, value] : reply.fields) exchange.response.headers.set(name, value);
  if (exchange.record.details.empty()) exchange.record.details = reply.details;
  if (is_grpc(exchange.request.headers)) {
    to_grpc_response(exchange.response, reply.text, reply.grpc_status);
    return {};
  }
  if (!reply.text.empty()) exchange.response.headers.set(http::HeaderId::content_type, "text/plain");
  Answer answer;
  answer.body = std::move(reply.text);
  return answer;
}

}  // namespace

Answer to_response(Exchange& exchange, const Error& error) {
  Answer answer = make(exchange, reply_to(exchange, error));
  const bool is_ours = exchange.record.details.contains("overflow");
  if (is_ours) exchange.response.headers.set(http::HeaderId::x_envoy_overloaded, "true");
  return answer;
}

Answer to_response(Exchange& exchange, LocalReply reply) {
  return make(exchange, std::move(reply));
}

Answer to_response(Exchange& exchange, const decide::Redirect& redirect) {
  Answer answer = make(exchange, {redirect.status, "direct_response", ""});
  const std::string location = decide::redirect_location(redirect, exchange.route->match, exchange.routed());
  exchange.response.headers.set(http::HeaderId::location, location);
  return answer;
}

Answer to_response(Exchange& exchange, const decide::DirectResponse& direct) {
  return make(exchange, {direct.status, "direct_response", direct.body});
}

}  // namespace weft::proxy
