// The relay of pods without a sidecar: TCP connections that leave the mesh are redirected to it in the pod, and it
// connects from the host.
#pragma once

#include <memory>

#include "net/listener.h"
#include "node/broker/egress_policy.h"
#include "runtime/gate.h"

namespace weft::node {

// Copies both ways until both sides have finished or one broke; an end is passed on as an end.
runtime::Task<void> relay(runtime::Reactor& reactor, net::Stream& first, net::Stream& second);

// Serves one pod's listening socket. One reactor. stop() before destruction.
class EgressRelay {
 public:
  // `egress` outlives it.
  EgressRelay(runtime::Reactor& reactor, net::Fd listening, const PodEgress& egress);

  void start();
  runtime::Task<void> stop();

 private:
  // Both ends of one connection, reachable for stop().
  struct Connection;

  runtime::Task<void> accept_all();
  runtime::Task<void> serve(std::unique_ptr<net::SocketStream> client);

  runtime::Reactor* reactor_;
  net::Listener listener_;
  const PodEgress* egress_;
  runtime::Gate gate_;
  runtime::IntrusiveList<Connection> connections_;
  bool is_stopping_ = false;
};

}  // namespace weft::node
