// PortForwardSession: connections of a client to ports of one pod, each two streams of one SPDY connection: kubectl
// port-forward (portforward.k8s.io). In the pod a process of ours stands at the other end of each.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "control/remote/child_process.h"
#include "control/remote/spdy_connection.h"
#include "runtime/gate.h"

namespace weft::control {

// For one connection, which outlives it. run() once. Control thread. What one of its connections does not take keeps
// the others from being read: SPDY as it is used here has no flow control for each.
class PortForwardSession {
 public:
  // The program that connects its standard streams to a port.
  using Connect = std::function<std::vector<std::string>(uint16_t port)>;

  PortForwardSession(runtime::Reactor& reactor, http::RawConnection raw, Connect connect);

  // Returns when the client has left.
  runtime::Task<void> run();

 private:
  // One connection. Kept until the loop of run() lets go of it, once it has ended.
  struct Forward {
    uint16_t port = 0;
    uint32_t data = 0;  // streams; 0: not opened yet
    uint32_t error = 0;
    std::unique_ptr<ChildProcess> child;
    bool has_ended = false;
  };

  runtime::Task<Result<>> take(const ClientEvent& event);
  runtime::Task<Result<>> open(const ClientEvent& event);
  runtime::Task<Result<>> pass_on(const ClientEvent& event);
  runtime::Task<void> serve(Forward& forward);
  runtime::Task<void> tell_end(Forward& forward, int code);
  Forward* find(uint32_t data_stream);

  runtime::Reactor* reactor_;
  SpdyConnection client_;
  Connect connect_;
  std::map<std::string, Forward> forwards_;  // by the client's number for them
  runtime::Gate gate_;
};

}  // namespace weft::control
