// RouteSocket: the few requests of rtnetlink(7) that wire a pod to the hub's bridge, without the ip(8) program.
// Blocking; for processes that set up namespaces, never for a reactor's thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/address.h"
#include "net/fd.h"

namespace weft::node {

// A veth pair: `name` in the namespace of the socket, `peer_name` in the one behind `peer_namespace`.
struct VethPair {
  std::string name;
  std::string peer_name;
  int peer_namespace = -1;
};

// Bound to the network namespace in which it was opened. Every call waits for the kernel's verdict.
class RouteSocket {
 public:
  static Result<RouteSocket> open();

  Result<> add_bridge(const std::string& name);
  Result<> add_veth(const VethPair& pair);
  Result<int> link_index(const std::string& name);
  Result<> set_up(int link);
  Result<> set_up_in_bridge(int link, int bridge);
  Result<> remove_link(int link);
  // IPv4 only: pods have no IPv6 addresses but loopback's.
  Result<> add_address(int link, const net::IpAddress& address, uint8_t prefix_bits);
  Result<> add_default_route(const net::IpAddress& gateway);

 private:
  explicit RouteSocket(net::Fd socket) : socket_(std::move(socket)) {}
  // Sends one request and reads until its acknowledgement. The first link index seen in an answer, or 0.
  Result<int> ask(std::string& request, std::string_view doing);

  net::Fd socket_;
  uint32_t sequence_ = 0;
};

}  // namespace weft::node
