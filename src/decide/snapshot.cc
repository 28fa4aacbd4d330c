#include "decide/snapshot.h"

namespace weft::decide {
namespace {

const IpAddress kAnyV4 = IpAddress::from_v4(0);
const IpAddress kAnyV6;

}  // namespace

void Snapshot::index() {
  by_address.clear();
  for (const auto& listener : listeners) by_address.emplace(listener->address, listener.get());
}

const RouteTable* Snapshot::routes_of(const HttpChain& chain) const {
  if (const auto* own = std::get_if<RouteTablePtr>(&chain.routes)) return own->get();
  return route_table(std::get<RouteTableId>(chain.routes));
}

const Listener* Snapshot::listener_at(const SocketAddress& address) const {
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
