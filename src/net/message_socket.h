// MessageSocket: one end of a connection between two local processes that exchange whole messages and descriptors
// (SOCK_SEQPACKET over a Unix path).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "net/address.h"
#include "net/descriptor_passing.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::net {

// Owns the descriptor. One reader and one writer at a time, on one reactor.
class MessageSocket {
 public:
  // Fails with `not_found` or `refused` where nobody listens.
  static Result<std::unique_ptr<MessageSocket>> connect(runtime::Reactor& reactor, const Address& to);
  MessageSocket(runtime::Reactor& reactor, Fd socket);

  // The next message. Fails with `closed` at the peer's end, `timed_out`, `cancelled` after cancel().
  runtime::Task<Result<MessageWithDescriptors>> receive(Time deadline = runtime::kNever);
  // Waits while the peer takes nothing. The descriptors stay the caller's.
  runtime::Task<Result<>> send(std::string_view bytes, std::span<const int> descriptors,
                               Time deadline = runtime::kNever);

  // Without waiting, for a message that may as well be lost.
  Result<> try_send(std::string_view bytes) { return send_message(socket_.get(), bytes, {}); }

  // Who opened or accepts the connection, as the kernel says (SO_PEERCRED).
  Result<uid_t> peer_user() const;
  void cancel() { watch_.readiness().cancel(); }

 private:
  Fd socket_;
  runtime::FdWatch watch_;
};

// A listening socket for such connections that only its owner may connect to; replaces a stale file.
Result<Fd> listen_for_messages(const std::string& path);

}  // namespace weft::net
