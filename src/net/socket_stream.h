// SocketStream: a connected TCP or Unix socket as a Stream, and dial(), which makes one.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "net/address.h"
#include "net/fd.h"
#include "net/stream.h"

namespace weft::net {

// Owns the descriptor. Reads note when they drained the socket, so that the next wait costs no system call.
class SocketStream final : public Stream {
 public:
  // `until_closed` for sockets that were accepted by this process.
  SocketStream(runtime::Reactor& reactor, Fd socket, runtime::Watching watching = runtime::Watching::alone);

  Io try_read(std::span<char> into) override;
  Io try_write(std::span<const iovec> parts) override;
  void finish_writing() override;
  int fd() const override { return socket_.get(); }

  Address local_address() const;
  Address peer_address() const;

 private:
  Fd socket_;
  runtime::FdWatch watch_;
};

// The address that the kernel has for a socket; an empty one where it has none.
Address bound_address(int fd);

// Lets the kernel probe a TCP connection that says nothing, and break it when nobody answers (tcp(7)). 0: the system's
// value.
struct Keepalive {
  uint32_t probes = 0;
  uint32_t time_s = 0;  // silent for so long before the first
  uint32_t interval_s = 0;
};
void keep_alive(int fd, const Keepalive& keepalive);

// How to connect. `mark` is SO_MARK, which exempts a sidecar's own traffic from capture; `source` is bound first.
struct DialOptions {
  std::optional<uint32_t> mark;
  std::optional<Address> source;
  Time deadline = runtime::kNever;
};

// Why a connection did not come about. `error_number` is what the system said (errno); 0: it said nothing, as when time
// was up.
struct DialError : Error {
  DialError(Error error, int number = 0) : Error(std::move(error)), error_number(number) {}
  // The endpoint's fault, and safe to try again, since nothing was sent.
  static DialError of_system(std::string_view doing, int number);

  int error_number;
};

// Connects without blocking. Errors: refused, timed_out, denied (the mark needs CAP_NET_ADMIN), not_found (no such Unix
// path).
runtime::Task<std::expected<std::unique_ptr<SocketStream>, DialError>> dial(runtime::Reactor& reactor,
                                                                            const Address& to, DialOptions options);

}  // namespace weft::net
