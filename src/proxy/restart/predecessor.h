// Predecessor: the process that this one takes over from, as the new one sees it.
#pragma once

#include <memory>

#include "net/listening_sockets.h"
#include "net/message_socket.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::proxy::restart {

// Owned by bin/, main thread. A predecessor that dies meanwhile is no failure: its sockets are here. close() before
// destruction.
class Predecessor {
 public:
  // Asks who answers at the address for its sockets, which go into `sockets`. nullptr: nobody is there. Fails with
  // `denied` where it is another user's process, with `timed_out` or `unavailable` where it does not hand anything
  // over.
  static runtime::Task<Result<std::unique_ptr<Predecessor>>> find(runtime::Reactor& reactor, net::Address at,
                                                                  net::ListeningSockets& sockets);

  // Which process of its line it is; the first is 0.
  uint32_t epoch() const { return epoch_; }

  // Before this process accepts anything. Fails with `conflict` when another successor has come since.
  runtime::Task<Result<>> ask_to_follow();
  // This process serves: returns when the predecessor does not accept any more.
  runtime::Task<void> relieve();

  // Set when this process has to go, since another successor has come.
  runtime::Signal& superseded() { return superseded_; }
  // False while it still finishes its connections.
  bool has_ended() const { return ended_.is_set(); }

  runtime::Task<void> close();

 private:
  Predecessor(runtime::Reactor& reactor, std::unique_ptr<net::MessageSocket> socket);
  runtime::Task<Result<>> receive_sockets(net::ListeningSockets& sockets);
  runtime::Task<void> listen();
  void end();

  runtime::Reactor* reactor_;
  std::unique_ptr<net::MessageSocket> socket_;
  uint32_t epoch_ = 0;
  runtime::Signal may_follow_;
  runtime::Signal released_;
  runtime::Signal superseded_;
  runtime::Signal ended_;
  runtime::Gate gate_;
};

}  // namespace weft::proxy::restart
