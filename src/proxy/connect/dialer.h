// Dialer: how the proxy reaches an address: directly where the mesh (or this machine) is, through the node's broker for
// everything else, since a pod's network has no way out of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "decide/address.h"
#include "net/address.h"
#include "net/socket_stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// One attempt to connect.
struct DialRequest {
  decide::EndpointAddress to;
  std::optional<decide::IpAddress> source;
  Time deadline = runtime::kNever;
};

using Dialled = std::expected<std::unique_ptr<net::Stream>, net::DialError>;

// Makes streams for one shard. The interface exists so that tests connect in memory.
class Dialer {
 public:
  virtual ~Dialer() = default;
  // Errors as of net::dial(): refused, timed_out, denied; all with Retry::safe, since nothing was sent.
  virtual runtime::Task<Dialled> dial(DialRequest request) = 0;
};

// What bin/ was told about the network.
struct DialRules {
  std::optional<uint32_t> mark;           // SO_MARK of every socket, which exempts it from capture
  std::vector<net::IpRange> mesh_ranges;  // dialled directly; loopback always is
  std::optional<net::Address> broker;     // who dials the rest; without one it is dialled directly too
  std::string private_folder;             // socket files in it are not dialled; empty: all are
};

// Dials real sockets. One shard.
class NetworkDialer final : public Dialer {
 public:
  NetworkDialer(runtime::Reactor& reactor, const DialRules& rules) : reactor_(&reactor), rules_(rules) {}
  runtime::Task<Dialled> dial(DialRequest request) override;

 private:
  bool is_direct(const net::IpAddress& ip) const;

  runtime::Reactor* reactor_;
  DialRules rules_;
};

net::IpAddress to_net(const decide::IpAddress& address);
net::Address to_net(const decide::SocketAddress& address);
net::Address to_net(const decide::EndpointAddress& address);
decide::SocketAddress to_decide(const net::Address& address);

}  // namespace weft::proxy
