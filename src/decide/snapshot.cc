#include "decide/snapshot.h"

#include "base/strings.h"

namespace weft::decide {
namespace {

const IpAddress kAnyV4 = IpAddress::from_v4(0);
const IpAddress kAnyV6;

// "outbound_.PORT_.SUBSET_.HOST", where the subset may be empty (Istio's DNS SNAT form of a cluster's name).
bool is_server_name_of_cluster(std::string_view name) {
  constexpr std::string_view kStart = "outbound_.";
  constexpr std::string_view kSeparator = "_.";
  if (!name.starts_with(kStart)) return false;
  const size_t port_end = name.find(kSeparator, kStart.size());
  if (port_end == std::string_view::npos) return false;
  const size_t subset_end = name.find(kSeparator, port_end + kSeparator.size());
  const bool has_host = subset_end != std::string_view::npos && subset_end + kSeparator.size() < name.size();
  return has_host && parse_unsigned(name.substr(kStart.size(), port_end - kStart.size())).has_value();
}

}  // namespace

void Snapshot::index() {
  by_address.clear();
  for (const auto& listener : listeners) by_address.emplace(listener->address, listener.get());
  by_server_name.clear();
  for (const auto& cluster : clusters) {
    if (cluster && is_server_name_of_cluster(cluster->name)) by_server_name.emplace(cluster->name, cluster->id);
  }
}

std::optional<ClusterId> Snapshot::cluster_of_server_name(std::string_view name) const {
  const auto found = by_server_name.find(name);
  return found == by_server_name.end() ? std::nullopt : std::optional(found->second);
}

const RouteTable* Snapshot::routes_of(const HttpChain& chain) const {
  if (const auto* own = std::get_if<RouteTablePtr>(&chain.routes)) return own->get();
  return route_table(std::get<RouteTableId>(chain.routes));
}

const Listener* Snapshot::listener_at(const EndpointAddress& address) const {
  const auto found = by_address.find(address);
  return found == by_address.end() ? nullptr : found->second;
}

const Listener* Snapshot::listener_for(const Listener& accepting, const SocketAddress& destination) const {
  if (!accepting.hands_off) return &accepting;
  // Only listeners that do not bind take over: a bound one has its own door.
  for (const SocketAddress& address :
       {destination, SocketAddress{kAnyV4, destination.port}, SocketAddress{kAnyV6, destination.port}}) {
    const Listener* listener = listener_at(address);
    if (listener != nullptr && !listener->binds) return listener;
  }
  return &accepting;
}

}  // namespace weft::decide
