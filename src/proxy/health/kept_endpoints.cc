#include "proxy/health/kept_endpoints.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace weft::proxy {
namespace {

// Where the locality is in the set, which gets it if it is not there. Weights are the control plane's present ones.
uint32_t locality_in(decide::EndpointSet& set, const decide::Locality& wanted) {
  const auto name = [](const decide::Locality& one) { return std::tie(one.region, one.zone, one.subzone); };
  const auto found = std::ranges::find_if(set.localities, [&](const auto& one) { return name(one) == name(wanted); });
  const auto at = static_cast<uint32_t>(found - set.localities.begin());
  if (found == set.localities.end()) set.localities.push_back(wanted);
  return at;
}

}  // namespace

decide::EndpointSetPtr with_kept(const decide::EndpointSetPtr& delivered, const decide::EndpointSet& before,
                                 const std::function<bool(const decide::EndpointAddress&)>& passes) {
  std::unordered_set<decide::EndpointAddress> present;
  for (const auto& endpoint : delivered->endpoints) present.insert(endpoint.address);
  std::shared_ptr<decide::EndpointSet> merged;
  for (const decide::Endpoint& endpoint : before.endpoints) {
    if (present.contains(endpoint.address) || !passes(endpoint.address)) continue;
    if (!merged) merged = std::make_shared<decide::EndpointSet>(*delivered);
    decide::Endpoint kept = endpoint;
    kept.locality = locality_in(*merged, before.localities[endpoint.locality]);
    const auto place = std::ranges::upper_bound(merged->endpoints, kept.priority, {}, &decide::Endpoint::priority);
    merged->endpoints.insert(place, std::move(kept));
  }
  return merged ? merged : delivered;
}

}  // namespace weft::proxy
