#include "cli/mesh/network_cut.h"

#include <algorithm>
#include <array>

namespace weft::cli {
namespace {

using network_policy::Isolation;
using network_policy::Transport;
using network_policy::Way;

std::optional<NetworkCut> cut(const network_policy::World& world, const std::string& pod, Way way,
                              const net::IpAddress& peer, uint16_t port) {
  const auto policy = world.policy_of(pod);
  const std::optional<Isolation>& isolation = way == Way::ingress ? policy.ingress : policy.egress;
  if (!isolation || isolation->lets_pass(Transport::tcp, peer, port)) return std::nullopt;
  return NetworkCut{pod, world.isolating(pod, way)};
}

// From the pod of this hop to its endpoint.
std::optional<NetworkCut> cut_on_the_way(const network_policy::World& world, const FailedHop& hop) {
  const auto endpoint = net::Address::parse(hop.endpoint);
  const auto client = world.address_of(hop.pod);
  if (!endpoint || !client) return std::nullopt;
  const std::string server = world.pod_at(endpoint->ip());
  auto found = cut(world, server, Way::ingress, *client, endpoint->port());
  return found ? found : cut(world, hop.pod, Way::egress, endpoint->ip(), endpoint->port());
}

// From a client to the pod of this hop.
std::optional<NetworkCut> cut_on_arrival(const network_policy::World& world, const FailedHop& hop) {
  const auto client = net::Address::parse(hop.client);
  const auto called = net::Address::parse(hop.destination);
  if (!client || !called) return std::nullopt;
  return cut(world, hop.pod, Way::ingress, client->ip(), called->port());
}

}  // namespace

// The kernel's rules answer TCP with a reset and everything else with "prohibited"; a node that is away is silent.
bool may_be_cut(const FailedHop& hop) {
  constexpr std::array<std::string_view, 5> kUnconnected = {"connect_refused", "connect_timeout", "unreachable",
                                                            "attempt_unconnected", "route_unconnected"};
  if (hop.direction == "outbound") return std::ranges::find(kUnconnected, hop.trouble()) != kUnconnected.end();
  return hop.lacks_allowance();
}

std::optional<NetworkCut> network_cut(const network_policy::World& world, const FailedHop& hop) {
  return hop.direction == "outbound" ? cut_on_the_way(world, hop) : cut_on_arrival(world, hop);
}

}  // namespace weft::cli
