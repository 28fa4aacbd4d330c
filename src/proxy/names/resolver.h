// Resolver: the host's own DNS resolver, as a pod reaches it: names that the mesh does not know are asked there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "net/address.h"
#include "net/datagram_socket.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// Opens connections to the host's resolver. One reactor's thread; outlives them. An interface, so that tests answer.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // A UDP socket connected to it.
  virtual runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time deadline) = 0;
  // A TCP connection to it.
  virtual runtime::Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time deadline) = 0;
};

// The host's resolver by way of the node's broker, since a pod's network does not reach it. Where it is, the broker
// decides.
class BrokerResolver final : public Resolver {
 public:
  BrokerResolver(runtime::Reactor& reactor, net::Address broker) : reactor_(&reactor), broker_(std::move(broker)) {}

  runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time deadline) override;
  runtime::Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time deadline) override;

 private:
  runtime::Reactor* reactor_;
  net::Address broker_;
};

// A resolver that this process reaches by itself: for proxies without a node's broker.
class DirectResolver final : public Resolver {
 public:
  // `mark` as in net::DialOptions.
  DirectResolver(runtime::Reactor& reactor, net::Address resolver, std::optional<uint32_t> mark)
      : reactor_(&reactor), resolver_(std::move(resolver)), mark_(mark) {}

  runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> open_datagram(Time deadline) override;
  runtime::Task<Result<std::unique_ptr<net::Stream>>> open_stream(Time deadline) override;

 private:
  runtime::Reactor* reactor_;
  net::Address resolver_;
  std::optional<uint32_t> mark_;
};

// The first nameserver of a text in the format of resolv.conf(5); 127.0.0.1:53 where it names none, as in the C
// library.
net::Address first_nameserver(std::string_view resolv_conf);

}  // namespace weft::proxy
