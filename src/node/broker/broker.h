// Broker: connects to addresses outside of the mesh for a pod's sidecar, which has no way there, and hands the
// connected descriptors over. Needs no rule on the host and no right.
#pragma once

#include <memory>
#include <string>

#include "net/fd.h"
#include "node/broker/egress_policy.h"
#include "runtime/gate.h"
#include "runtime/intrusive_list.h"
#include "runtime/readiness.h"
#include "runtime/signal.h"
#include "runtime/task.h"

namespace weft::node {

// Serves a socket of the pod's own, so that it knows who asks (SOCK_SEQPACKET): "tcp A.B.C.D:P", "udp A.B.C.D:P" or
// "dns" (UDP, connected to the host's resolver); answers "ok" with the descriptor, or "error ERRNO TEXT". Requests of
// one connection are answered in turn. One reactor. stop() before destruction.
class Broker {
 public:
  // `egress` outlives it.
  static Result<std::unique_ptr<Broker>> open(runtime::Reactor& reactor, const std::string& path,
                                              const PodEgress& egress);

  void start();
  runtime::Task<void> stop();

 private:
  // One client, reachable for stop().
  struct Connection : runtime::Link<Connection> {
    Connection(runtime::Reactor& reactor, net::Fd accepted)
        : socket(std::move(accepted)), watch(reactor, socket.get()) {}
    net::Fd socket;
    runtime::FdWatch watch;
  };

  Broker(runtime::Reactor& reactor, net::Fd listening, const PodEgress& egress);
  runtime::Task<void> accept_all();
  runtime::Task<void> serve(net::Fd accepted);
  runtime::Task<void> answer(int connection, std::string request);
  runtime::Task<Result<net::Fd>> connect_for(std::string request);

  runtime::Reactor* reactor_;
  net::Fd listening_;
  const PodEgress* egress_;
  runtime::FdWatch watch_;
  runtime::Gate gate_;
  runtime::IntrusiveList<Connection> connections_;
  runtime::Signal stopping_;
};

}  // namespace weft::node
