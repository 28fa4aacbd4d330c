// SocketPair: two connected sockets that keep messages apart, one for us and one for a process that we start.
#pragma once

#include "base/error.h"
#include "net/fd.h"

namespace weft::node {

// Both are closed by exec unless told otherwise. SOCK_SEQPACKET.
struct SocketPair {
  net::Fd ours;
  net::Fd theirs;
};
Result<SocketPair> make_socket_pair();

}  // namespace weft::node
