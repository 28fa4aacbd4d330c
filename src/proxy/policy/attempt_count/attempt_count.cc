#include "proxy/policy/attempt_count/attempt_count.h"

#include <string>

namespace weft::proxy {

void AttemptCount::on_response(Exchange& exchange) const {
  if (exchange.route == nullptr || !exchange.route->tells_attempts_to_client) return;
  exchange.response.headers.set(http::HeaderId::x_envoy_attempt_count, std::to_string(exchange.record.attempts));
}

}  // namespace weft::proxy
