#include "proxy/policy/delivery/delivery.h"

namespace weft::proxy {

using http::HeaderId;

// Of an endpoint's own answer nothing is said, whatever it was. A connection that died may have died after all was
// read.
void Delivery::on_response(Exchange& exchange) const {
  http::Headers& headers = exchange.response.headers;
  headers.remove(HeaderId::x_weft_not_delivered);
  if (exchange.client.direction != decide::Direction::inbound || exchange.response.status != 503) return;
  const RequestRecord& record = exchange.record;
  const bool reached_nobody =
      record.has(Flag::connection_failed) || record.has(Flag::no_healthy_endpoint) || record.has(Flag::overflow);
  // An attempt before the last one may have reached it.
  if (reached_nobody && record.attempts <= 1) headers.set(HeaderId::x_weft_not_delivered, "1");
}

}  // namespace weft::proxy
