// DatagramSocket: UDP, bound or connected, non-blocking, of one reactor.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "net/address.h"
#include "net/fd.h"
#include "net/stream.h"

namespace weft::net {

// Owns the descriptor.
class DatagramSocket {
 public:
  // Bound to `local`; port 0 takes any.
  static Result<std::unique_ptr<DatagramSocket>> bind(runtime::Reactor& reactor, const Address& local);
  // A descriptor that came from elsewhere, for example connected by a broker.
  DatagramSocket(runtime::Reactor& reactor, Fd socket);

  // A datagram longer than `into` is cut (Io.size is then into.size()).
  Io try_receive(std::span<char> into, Address* from);
  Io try_send(std::string_view datagram, const Address& to);
  // On a connected socket.
  Io try_send(std::string_view datagram);

  runtime::Readiness::Awaiter readable(Time deadline = runtime::kNever) { return watch_.readable(deadline); }
  void cancel() { watch_.readiness().cancel(); }
  Address local_address() const;
  int fd() const { return socket_.get(); }

 private:
  Fd socket_;
  runtime::FdWatch watch_;
};

// A bound descriptor, for handing to another process.
Result<Fd> open_datagrams(const Address& local);

}  // namespace weft::net
