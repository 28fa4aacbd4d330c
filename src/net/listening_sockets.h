// ListeningSockets: where a process gets its listening sockets from: from its parent (at exec) or the process it takes
// over where they have one of that address, so that no connection in a queue is lost; else bound anew. Main thread.
#pragma once

#include <string>
#include <vector>

#include "net/address.h"
#include "net/listener.h"

namespace weft::net {

// Messages: SOCK_SEQPACKET at a Unix path.
enum class SocketKind : uint8_t { stream, datagram, messages };

// A listening (or bound datagram) socket and the address at which it was asked for.
struct BoundSocket {
  SocketKind kind = SocketKind::stream;
  Address at;
  Fd fd;
};

// One that another process is to get a copy of. The descriptor stays its owner's.
struct OfferedSocket {
  SocketKind kind = SocketKind::stream;
  Address at;
  int fd = -1;
};

// One a process, owned by bin/. Everything that listens asks here.
class ListeningSockets {
 public:
  // A parent's socket: stays open to the end of the process and is given out as copies, again and again. Its address is
  // the kernel's. Fails with `invalid` where the descriptor is not a listening socket.
  Result<> keep(Fd parents);
  // A predecessor's socket: given out once.
  void inherit(BoundSocket socket) { inherited_.push_back(std::move(socket)); }
  // Closes what was inherited and nobody has asked for.
  void forget_inherited() { inherited_.clear(); }

  Result<Fd> stream(const Address& at, const ListenOptions& options);
  Result<Fd> datagram(const Address& at);
  Result<Fd> messages(const Address& at);

 private:
  Fd take(SocketKind kind, const Address& at);

  std::vector<BoundSocket> kept_;
  std::vector<BoundSocket> inherited_;
};

// Another descriptor of the same socket.
Result<Fd> duplicate(int fd);

}  // namespace weft::net
