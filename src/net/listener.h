// Listener: a listening socket of one reactor. Bound here, or adopted as a descriptor that a parent process made.
#pragma once

#include <memory>

#include "net/socket_stream.h"

namespace weft::net {

// Whether several listeners (one a shard, or of an old and a new process) may share the port.
enum class PortSharing : uint8_t { exclusive, shared };

// How to bind. `unix_mode` are the permissions of a Unix socket; a stale socket file at the path is replaced.
struct ListenOptions {
  PortSharing sharing = PortSharing::exclusive;
  int backlog = 4096;
  unsigned unix_mode = 0600;
};

// Owns the descriptor. A Unix path is unlinked by whoever made the state folder, not here.
class Listener {
 public:
  static Result<std::unique_ptr<Listener>> bind(runtime::Reactor& reactor, const Address& to,
                                                ListenOptions options = {});
  static Result<std::unique_ptr<Listener>> adopt(runtime::Reactor& reactor, Fd listening);

  Listener(runtime::Reactor& reactor, Fd listening);

  // The next connection. Fails with `cancelled` after cancel(), with `overflow` when descriptors have run out (the
  // caller pauses and goes on); connections that died in the queue are passed over.
  runtime::Task<Result<std::unique_ptr<SocketStream>>> accept();

  void cancel() { watch_.readiness().cancel(); }
  Address local_address() const;
  int fd() const { return listening_.get(); }

 private:
  runtime::Reactor* reactor_;
  Fd listening_;
  runtime::FdWatch watch_;
};

// A bound, listening descriptor, for handing to another process.
Result<Fd> open_listening(const Address& to, const ListenOptions& options);

// Where a captured connection was going before the kernel redirected it (SO_ORIGINAL_DST). not_found: it was not
// redirected.
Result<Address> original_destination(int fd);

}  // namespace weft::net
