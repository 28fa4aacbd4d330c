#include "proxy/policy/service_time/service_time.h"

#include <charconv>

namespace weft::proxy {

void ServiceTime::on_response(Exchange& exchange) const {
  const RequestRecord& record = exchange.record;
  if (record.answered == Time{}) return;  // Weft's own response: no endpoint took any time
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(record.answered - record.sent_upstream);
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, took.count()).ptr;
  exchange.response.headers.set(http::HeaderId::x_envoy_upstream_service_time, {text, static_cast<size_t>(end - text)});
}

}  // namespace weft::proxy
