#include "proxy/policy/hop_by_hop/hop_by_hop.h"

#include "http/h1/hop_by_hop.h"

namespace weft::proxy {

using http::h1::Upgrades;

Eventually<Result<>> HopByHop::on_request(Exchange& exchange) const {
  const bool upgrades = exchange.tunnel == http::TunnelKind::upgrade;
  http::h1::remove_hop_by_hop(exchange.request.headers, upgrades ? Upgrades::keep : Upgrades::strip);
  // The client's connection asks it for the body as soon as that is read, so the endpoint need not (RFC 9110 10.1.1).
  exchange.request.headers.remove(http::HeaderId::expect);
  return Result<>();
}

void HopByHop::on_response(Exchange& exchange) const {
  const bool is_upgrade = exchange.response.status == 101;
  http::h1::remove_hop_by_hop(exchange.response.headers, is_upgrade ? Upgrades::keep : Upgrades::strip);
}

}  // namespace weft::proxy
