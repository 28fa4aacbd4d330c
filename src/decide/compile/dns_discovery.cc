#include "decide/compile/dns_discovery.h"

#include <algorithm>

#include "decide/compile/endpoints.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace cluster = envoy::config::cluster::v3;
namespace endpoint = envoy::config::endpoint::v3;

// So many lookups may be under way for one cluster; no real one has more names.
constexpr size_t kNamesMax = 256;
// What refresh intervals are held to: no configuration makes this proxy flood a resolver.
constexpr Duration kRefreshMin = std::chrono::milliseconds(100);

AddressFamily to_family(cluster::Cluster::DnsLookupFamily wire) {
  switch (wire) {
    case cluster::Cluster::V4_ONLY:
      return AddressFamily::v4;
    case cluster::Cluster::V6_ONLY:
      return AddressFamily::v6;
    case cluster::Cluster::V4_PREFERRED:
      return AddressFamily::v4_else_v6;
    case cluster::Cluster::ALL:
      return AddressFamily::both;
    default:
      return AddressFamily::v6_else_v4;
  }
}

Result<NamedEndpoint> to_named(const endpoint::LbEndpoint& wire, Endpoint like) {
  const auto& socket = wire.endpoint().address().socket_address();
  if (socket.address().empty()) return fail(Reason::invalid, "an endpoint without a name");
  if (socket.port_value() > 65535) {
    return fail(Reason::invalid, "port " + std::to_string(socket.port_value()) + " is over 65535");
  }
  like.address.port = static_cast<uint16_t>(socket.port_value());
  return NamedEndpoint{socket.address(), std::move(like)};
}

void fill_times(const cluster::Cluster& wire, DnsDiscovery& dns) {
  dns.follows_ttl = wire.respect_dns_ttl();
  if (wire.has_dns_refresh_rate()) dns.refresh_interval = std::max(kRefreshMin, to_duration(wire.dns_refresh_rate()));
  dns.retry_interval = dns.retry_interval_max = dns.refresh_interval;
  if (!wire.has_dns_failure_refresh_rate()) return;
  const auto& retry = wire.dns_failure_refresh_rate();
  dns.retry_interval = std::max(kRefreshMin, to_duration(retry.base_interval()));
  // Cluster.RefreshRate.max_interval: "defaults to 10 times the base_interval".
  dns.retry_interval_max = retry.has_max_interval() ? to_duration(retry.max_interval()) : dns.retry_interval * 10;
  dns.retry_interval_max = std::max(dns.retry_interval, dns.retry_interval_max);
}

}  // namespace

Result<DnsDiscovery> compile_dns_discovery(const cluster::Cluster& wire) {
  DnsDiscovery dns{.takes_first_only = wire.type() == cluster::Cluster::LOGICAL_DNS,
                   .family = to_family(wire.dns_lookup_family())};
  WEFT_CHECK(for_each_endpoint(wire.load_assignment(), dns.frame,
                               [&](const endpoint::LbEndpoint& one, Endpoint like) -> Result<> {
                                 WEFT_TRY(auto named, to_named(one, std::move(like)));
                                 dns.names.push_back(std::move(named));
                                 return {};
                               }));
  if (dns.names.size() > kNamesMax) return fail(Reason::too_large, "more than 256 names");
  if (dns.takes_first_only && dns.names.size() != 1)
    return fail(Reason::invalid, "a cluster of type LOGICAL_DNS has exactly one name");
  fill_times(wire, dns);
  return dns;
}

}  // namespace weft::decide
