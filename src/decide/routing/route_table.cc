#include "decide/routing/route_table.h"

namespace weft::decide {
namespace {

// "[::1]:80" -> "[::1]", "host:80" -> "host"; anything without a port stays.
std::string_view without_port(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority;
  const size_t bracket = authority.rfind(']');
  return bracket != std::string_view::npos && bracket > colon ? authority : authority.substr(0, colon);
}

}  // namespace

Decision RouteTable::decide(const RequestHead& request) const {
  const auto found = index.find(ignores_port ? without_port(request.authority) : request.authority);
  if (!found) return {.miss = Decision::Miss::no_virtual_host};
  const VirtualHost& host = hosts[*found];
  if (host.to_https && request.scheme != "https") return {.host = &host, .route = &*host.to_https};
  const Route* route = host.index.first_match(host.routes, request);
  if (route == nullptr) return {.miss = Decision::Miss::no_route, .host = &host};
  return {.host = &host, .route = route};
}

const WeightedCluster& weighted_pick(const std::vector<WeightedCluster>& clusters, uint64_t random) {
  if (clusters.size() == 1) return clusters.front();
  // Other bits than runtime fractions use, so that a fractional match does not skew the split behind it.
  const uint64_t mixed = (random ^ 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
  const uint64_t total = clusters.back().weight_up_to;
  const auto drawn = static_cast<uint64_t>((static_cast<unsigned __int128>(mixed ^ (mixed >> 31)) * total) >> 64);
  size_t at = 0;
  while (at + 1 < clusters.size() && drawn >= clusters[at].weight_up_to) ++at;
  return clusters[at];
}

}  // namespace weft::decide
