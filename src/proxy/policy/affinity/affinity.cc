#include "proxy/policy/affinity/affinity.h"

#include <string>

#include <fmt/format.h>

#include "base/xx_hash.h"

namespace weft::proxy {
namespace {

// The same for all requests of a connection, so that those that come at once on HTTP/2 stay together, too.
uint64_t hash_of_connection(const ClientFacts& client) {
  const auto hash = [](const decide::SocketAddress& address, uint64_t seed) {
    return xx_hash({reinterpret_cast<const char*>(address.ip.bytes.data()), address.ip.bytes.size()},
                   seed ^ address.port);
  };
  return hash(client.destination, hash(client.address, 0));
}

}  // namespace

Eventually<Result<>> Affinity::on_request(Exchange& exchange) const {
  const auto* forward = std::get_if<decide::Forward>(&exchange.route->action);
  if (forward == nullptr || forward->hash_policies.empty()) return Result<>();
  exchange.issued_cookie = decide::cookie_to_issue(forward->hash_policies, exchange.routed());
  if (exchange.issued_cookie == nullptr) return Result<>();
  fmt::format_to_n(exchange.issued_value.data(), exchange.issued_value.size(), "{:016x}",
                   hash_of_connection(exchange.client));
  return Result<>();
}

void Affinity::on_response(Exchange& exchange) const {
  if (exchange.issued_cookie == nullptr) return;
  const decide::HashCookie& cookie = *exchange.issued_cookie;
  exchange.response.headers.add(http::HeaderId::set_cookie,
                                cookie.name + "=" + std::string(exchange.issued()) + cookie.attributes);
}

}  // namespace weft::proxy
