#include "proxy/policy/forwarded/forwarded.h"

namespace weft::proxy {

using http::HeaderId;

Eventually<Result<>> Forwarded::on_request(Exchange& exchange) const {
  http::Headers& headers = exchange.request.headers;
  const bool is_edge = exchange.chain->trusts_peer_address;
  if (is_edge || !headers.has(HeaderId::x_forwarded_proto)) {
    headers.set(HeaderId::x_forwarded_proto, exchange.request.scheme);
  }
  if (!is_edge) return Result<>();
  std::string chain = headers.joined("x-forwarded-for").value_or("");
  if (!chain.empty()) chain += ',';
  headers.set(HeaderId::x_forwarded_for, chain + exchange.client.address.ip.to_string());
  return Result<>();
}

}  // namespace weft::proxy
