// Resolver: the host's own DNS resolver, as a pod reaches it: names that the mesh does not know are asked there.
#pragma once

#include <memory>

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

}  // namespace weft::proxy
