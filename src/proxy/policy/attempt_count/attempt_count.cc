#include "proxy/policy/attempt_count/attempt_count.h"

#include <string>

namespace weft::proxy {

Eventually<Result<>> AttemptCount::on_request(Exchange& exchange) const {
  const auto* forward = std::get_if<decide::Forward>(&exchange.route->action);
  if (forward == nullptr || forward->timeout == Duration::zero()) return Result<>();
  const auto timeout_ms = std::chrono::duration_cast<std::chrono::milliseconds>(forward->timeout).count();
  exchange.request.headers.set(http::HeaderId::x_envoy_expected_rq_timeout_ms, std::to_string(timeout_ms));
  return Result<>();
}

void AttemptCount::on_response(Exchange& exchange) const {
  if (exchange.route == nullptr || !exchange.route->tells_attempts_to_client) return;
  exchange.response.headers.set(http::HeaderId::x_envoy_attempt_count, std::to_string(exchange.record.attempts));
}

}  // namespace weft::proxy
