#include "node/sandbox/pod_network.h"

#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "net/fd.h"
#include "node/sandbox/route_socket.h"

namespace weft::node {
namespace {

constexpr char kBridge[] = "weft0";
constexpr char kPodLink[] = "eth0";

Result<> bring_loopback_up(RouteSocket& routes) {
  WEFT_TRY(const int loopback, routes.link_index("lo"));
  return routes.set_up(loopback);
}

// As container runtimes do: a workload without capabilities may still listen on port 80. Best effort: a read-only
// /proc/sys only costs those low ports.
void allow_low_ports() {
  const net::Fd file(open("/proc/sys/net/ipv4/ip_unprivileged_port_start", O_WRONLY | O_CLOEXEC));
  if (file.is_open()) (void)!write(file.get(), "0", 1);
}

// A socket of the hub's namespace, made by a short visit: a socket stays where it was opened.
Result<RouteSocket> open_in_hub(int hub_namespace) {
  const net::Fd own(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!own.is_open()) return fail(system_error("opening the network namespace", errno));
  if (setns(hub_namespace, CLONE_NEWNET) != 0) return fail(system_error("visiting the hub", errno));
  auto socket = RouteSocket::open();
  if (setns(own.get(), CLONE_NEWNET) != 0) return fail(system_error("returning from the hub", errno));
  return socket;
}

}  // namespace

Result<> set_up_hub(const PodSubnet& subnet) {
  WEFT_TRY(auto routes, RouteSocket::open());
  WEFT_CHECK(bring_loopback_up(routes));
  WEFT_CHECK(routes.add_bridge(kBridge));
  WEFT_TRY(const int bridge, routes.link_index(kBridge));
  WEFT_CHECK(routes.add_address(bridge, subnet.gateway, subnet.range.prefix_bits));
  return routes.set_up(bridge);
}

Result<> wire_pod(const PodWire& wire) {
  WEFT_TRY(auto pod, RouteSocket::open());
  WEFT_TRY(auto hub, open_in_hub(wire.hub_namespace));
  WEFT_CHECK(bring_loopback_up(pod));
  WEFT_CHECK(pod.add_veth({.name = kPodLink, .peer_name = wire.link, .peer_namespace = wire.hub_namespace}));
  WEFT_TRY(const int bridge, hub.link_index(kBridge));
  WEFT_TRY(const int peer, hub.link_index(wire.link));
  WEFT_CHECK(hub.set_up_in_bridge(peer, bridge));
  WEFT_TRY(const int link, pod.link_index(kPodLink));
  WEFT_CHECK(pod.add_address(link, wire.address, wire.subnet.range.prefix_bits));
  WEFT_CHECK(pod.set_up(link));
  WEFT_CHECK(pod.add_default_route(wire.subnet.gateway));
  allow_low_ports();
  return {};
}

}  // namespace weft::node
