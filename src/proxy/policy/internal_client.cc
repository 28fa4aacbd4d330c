#include "proxy/policy/internal_client.h"

#include <algorithm>
#include <optional>

namespace weft::proxy {
namespace {

using http::HeaderId;

// The client that Envoy looks at: the peer of an edge, if nobody else is named; behind one, the only one that
// x-forwarded-for names.
std::optional<decide::IpAddress> single_client(const Exchange& exchange) {
  const http::Headers& headers = exchange.request.headers;
  if (exchange.chain->trusts_peer_address) {
    const bool is_single = !headers.has(HeaderId::x_forwarded_for);
    return is_single ? std::optional(exchange.client.address.ip) : std::nullopt;
  }
  if (headers.count(HeaderId::x_forwarded_for) != 1) return std::nullopt;
  return decide::IpAddress::parse(*headers.get(HeaderId::x_forwarded_for));
}

}  // namespace

bool is_internal(const Exchange& exchange) {
  const auto& ranges = exchange.chain->internal_ranges;
  if (ranges.empty()) return false;
  const auto client = single_client(exchange);
  return client && std::ranges::any_of(ranges, [&](const decide::IpRange& range) { return range.contains(*client); });
}

}  // namespace weft::proxy
