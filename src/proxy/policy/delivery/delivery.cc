#include "proxy/policy/delivery/delivery.h"

#include "proxy/policy/external_authorization/external_authorization.h"

namespace weft::proxy {

using http::HeaderId;

namespace {

// By what this proxy enforces, not by the application.
bool was_refused(const RequestRecord& record) {
  const bool is_token_bad = record.token_denial && !record.token_denial->empty();
  const bool is_denied = record.authorization && !record.authorization->is_allowed;
  return is_token_bad || is_denied || (record.consulted && !lets_pass(*record.consulted));
}

bool reached_nobody(const RequestRecord& record) {
  return record.has(Flag::connection_failed) || record.has(Flag::no_healthy_endpoint) || record.has(Flag::overflow);
}

}  // namespace

// Of an endpoint's own answer nothing is said, whatever it was. A connection that died may have died after all was
// read.
void Delivery::on_response(Exchange& exchange) const {
  http::Headers& headers = exchange.response.headers;
  headers.remove(HeaderId::x_weft_not_delivered);
  const uint16_t status = exchange.response.status;
  if (exchange.client.direction != decide::Direction::inbound || status < 400) return;
  const RequestRecord& record = exchange.record;
  const bool is_refusal = (status == 401 || status == 403) && was_refused(record);
  // An attempt before the last one may have reached it.
  const bool is_failure = status == 503 && reached_nobody(record) && record.attempts <= 1;
  if (is_refusal || is_failure) headers.set(HeaderId::x_weft_not_delivered, "1");
}

}  // namespace weft::proxy
