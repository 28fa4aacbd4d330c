#include "proxy/policy/server_header/server_header.h"

namespace weft::proxy {

void ServerName::on_response(Exchange& exchange) const {
  const decide::HttpChain& chain = *exchange.chain;
  if (chain.server_name.empty() || chain.server_header == decide::ServerHeader::pass_through) return;
  http::Headers& headers = exchange.response.headers;
  if (chain.server_header == decide::ServerHeader::set_if_absent && headers.has(http::HeaderId::server)) return;
  headers.set(http::HeaderId::server, chain.server_name);
}

}  // namespace weft::proxy
