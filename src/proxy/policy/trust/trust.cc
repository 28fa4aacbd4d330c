#include "proxy/policy/trust/trust.h"

namespace weft::proxy {
namespace {

bool is_ours(const http::Field& field) {
  // The count of attempts is informative and endpoints behind several hops read it, as behind Istio.
  if (field.id == http::HeaderId::x_envoy_attempt_count) return false;
  return field.name.starts_with("x-envoy-") || field.name.starts_with("x-weft-");
}

}  // namespace

Eventually<Result<>> Trust::on_request(Exchange& exchange) const {
  exchange.request.headers.remove(http::HeaderId::x_forwarded_client_cert);
  if (exchange.client.direction == decide::Direction::inbound) exchange.request.headers.remove_if(is_ours);
  return Result<>();
}

}  // namespace weft::proxy
