// Listener: a listening socket as one reactor accepts from it; others may accept from the same one.
#pragma once

#include <memory>

#include "net/socket_stream.h"

namespace weft::net {

// Whether a port may be bound again while another socket of this user listens there: one that is being given up.
enum class PortSharing : uint8_t { exclusive, shared };

// What becomes of a file that lies at a Unix path already.
enum class FileInTheWay : uint8_t {
  replaced,           // whatever it is: the path is our own
  replaced_if_stale,  // a socket at which nobody listens; anything else is somebody's, and the path is taken
};

// How to bind. `unix_mode` are the permissions of a Unix socket.
struct ListenOptions {
  PortSharing sharing = PortSharing::exclusive;
  int backlog = 4096;
  unsigned unix_mode = 0600;
  FileInTheWay file_in_the_way = FileInTheWay::replaced;
};

// Owns the descriptor. A Unix path is unlinked by whoever made the state folder, not here.
class Listener {
 public:
  static Result<std::unique_ptr<Listener>> bind(runtime::Reactor& reactor, const Address& to,
                                                ListenOptions options = {});

  // Shared: an event wakes one of the reactors that wait, which must then be one that accepts.
  Listener(runtime::Reactor& reactor, Fd listening, runtime::Watching watching = runtime::Watching::alone);

  // The next connection. Fails with `cancelled` after cancel(), with `overflow` when descriptors have run out (the
  // caller pauses and goes on); connections that died in the queue are passed over.
  runtime::Task<Result<std::unique_ptr<SocketStream>>> accept();
  // The same, not yet of any reactor.
  runtime::Task<Result<Fd>> accept_socket();
  // The next one if there is one; an Fd that is not open: the queue is empty. Fails with `overflow`.
  Result<Fd> try_accept();
  // Until somebody may have connected, or cancel(), or the deadline.
  runtime::Readiness::Awaiter arrival(Time deadline = runtime::kNever) { return watch_.readable(deadline); }
  // How many connections may wait to be accepted (listen(2)).
  void limit_queue(int connections);

  // Tries again even if no event has come.
  void look_again() { watch_.readiness().mark_readable(); }
  void cancel() { watch_.readiness().cancel(); }
  bool is_cancelled() { return watch_.readiness().is_cancelled(); }
  Address local_address() const;
  int fd() const { return listening_.get(); }

 private:
  runtime::Reactor* reactor_;
  Fd listening_;
  runtime::FdWatch watch_;
};

// A bound, listening descriptor, for handing to another process. `already_exists`: the address is taken.
Result<Fd> open_listening(const Address& to, const ListenOptions& options);

// Whether the client of a TCP connection has closed it, or at least its side of it, behind what it sent.
bool has_left(int fd);

// Where a captured connection was going before the kernel redirected it (SO_ORIGINAL_DST). not_found: it was not
// redirected.
Result<Address> original_destination(int fd);

}  // namespace weft::net
