#include "proxy/policy/error_reason/error_reason.h"

#include <string>

namespace weft::proxy {
namespace {

constexpr std::string_view kField = "x-weft-error";
constexpr size_t kIdShown = 8;  // enough for `weft why`

// Details are there of answers that the proxy made itself; a delay alone has the answer of the endpoint.
bool is_own_failure(const RequestRecord& record) {
  return !record.details.empty() && !record.flags.empty() && !record.has(Flag::unauthorized_externally);
}

std::string reason_of(const Exchange& exchange) {
  const auto attempts = exchange.attempts.attempts();
  const Trouble trouble = attempts.empty() ? Trouble::none : attempts.back().trouble;
  std::string text = telemetry::to_string(exchange.record.flags);
  text.append(" ").append(trouble == Trouble::none ? exchange.record.details : name_of(trouble));
  const auto id = exchange.request.headers.get(http::HeaderId::x_request_id);
  if (id) text.append("; why=").append(id->substr(0, kIdShown));
  return text;
}

}  // namespace

// What an endpoint claims is dropped where it could be taken for ours: with an error, and on its way out of a gateway.
void ErrorReason::on_response(Exchange& exchange) const {
  const bool is_edge = exchange.chain->trusts_peer_address;
  const bool went_well =
      exchange.response.status < 400 && exchange.record.flags.empty();  // gRPC's errors come with 200
  if (went_well && !is_edge) return;
  exchange.response.headers.remove(kField);
  const bool is_own_client = exchange.client.direction == decide::Direction::outbound && !is_edge;
  if (is_own_client && is_own_failure(exchange.record)) exchange.response.headers.set(kField, reason_of(exchange));
}

}  // namespace weft::proxy
