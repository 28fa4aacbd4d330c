#include "proxy/policy/forwarded/forwarded.h"

#include "base/strings.h"

namespace weft::proxy {

using http::HeaderId;

namespace {

// The `number`th address from the end of x-forwarded-for, 1 the last; nothing if there are fewer or it is none.
std::optional<decide::IpAddress> nth_from_end(std::string_view chain, uint32_t number) {
  for (;; --number) {
    const size_t comma = chain.rfind(',');
    const bool is_last = comma == std::string_view::npos;
    if (number == 1) return decide::IpAddress::parse(trim(is_last ? chain : chain.substr(comma + 1)));
    if (is_last) return std::nullopt;
    chain = chain.substr(0, comma);
  }
}

// Within the mesh the last address is whom the edge proxy named (Envoy, where use_remote_address is off).
void believe_last(Exchange& exchange) {
  std::string scratch;
  const auto chain = exchange.headers.value_of("x-forwarded-for", scratch);
  if (!chain) return;
  if (const auto named = nth_from_end(*chain, exchange.chain->trusted_proxies + 1)) exchange.origin = {*named, 0};
}

}  // namespace

void learn_scheme(Exchange& exchange) {
  http::Headers& headers = exchange.request.headers;
  const bool is_edge = exchange.chain->trusts_peer_address && exchange.chain->trusted_proxies == 0;
  const std::string_view came_by = exchange.client.is_encrypted ? "https" : "http";
  if (is_edge || !headers.has(HeaderId::x_forwarded_proto)) headers.set(HeaderId::x_forwarded_proto, came_by);
  const auto said = headers.get(HeaderId::x_forwarded_proto).value_or(came_by);
  exchange.request.scheme = said == "http" || said == "https" ? said : came_by;
}

Eventually<Result<>> Forwarded::on_request(Exchange& exchange) const {
  if (!exchange.chain->trusts_peer_address) {
    believe_last(exchange);
    return Result<>();
  }
  http::Headers& headers = exchange.request.headers;
  const uint32_t trusted = exchange.chain->trusted_proxies;
  std::string chain = headers.joined("x-forwarded-for").value_or("");
  if (trusted > 0) {
    if (const auto named = nth_from_end(chain, trusted)) exchange.origin = {*named, 0};
  }
  if (!chain.empty()) chain += ',';
  headers.set(HeaderId::x_forwarded_for, chain + exchange.client.address.ip.to_string());
  return Result<>();
}

}  // namespace weft::proxy
