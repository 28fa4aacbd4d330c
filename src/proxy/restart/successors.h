// Successors: the door at which processes ask to take over, as the process in charge keeps it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "net/listening_sockets.h"
#include "net/message_socket.h"
#include "runtime/gate.h"

namespace weft::proxy::restart {

// What the process in charge has to give, and what it does when it has been followed. Implemented by bin/.
class Estate {
 public:
  virtual std::vector<net::OfferedSocket> sockets() const = 0;
  // A successor serves: accept nothing more. Returns when that is so.
  virtual runtime::Task<void> release() = 0;

 protected:
  ~Estate() = default;
};

// Main thread. Until a successor serves, whatever becomes of it changes nothing here. Of several that come the last one
// wins, until one has been told to go ahead. close() before destruction.
class Successors {
 public:
  // `epoch` is this process's; `estate` outlives it. Fails when the path cannot be bound.
  static Result<std::unique_ptr<Successors>> open(runtime::Reactor& reactor, const net::Address& at, uint32_t epoch,
                                                  net::ListeningSockets& sockets, Estate& estate);

  void start() { runtime::spawn(gate_, accept_all()); }
  runtime::Task<void> close();

 private:
  // A process that came to the door. Lives in the coroutine that attends to it.
  struct Candidate : runtime::Link<Candidate> {
    Candidate(runtime::Reactor& reactor, net::Fd connection) : socket(reactor, std::move(connection)) {}
    net::MessageSocket socket;
  };

  Successors(runtime::Reactor& reactor, net::Address at, net::Fd door, uint32_t epoch, Estate& estate);
  runtime::Task<void> accept_all();
  runtime::Task<void> attend(net::Fd connection);
  bool admit(Candidate& candidate);
  runtime::Task<Result<>> hand_over(Candidate& candidate);
  runtime::Task<Result<>> send_sockets(Candidate& candidate);

  runtime::Reactor* reactor_;
  net::Address at_;
  std::unique_ptr<net::Listener> door_;  // empty once somebody has followed
  uint32_t epoch_;
  Estate* estate_;
  runtime::IntrusiveList<Candidate> candidates_;
  Candidate* present_ = nullptr;  // who asked last
  bool is_decided_ = false;       // it has been told to go ahead
  runtime::Gate gate_;
};

}  // namespace weft::proxy::restart
