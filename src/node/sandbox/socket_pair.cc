#include "node/sandbox/socket_pair.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace weft::node {

Result<SocketPair> make_socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(system_error("making a socket pair", errno));
  }
  return SocketPair{net::Fd(ends[0]), net::Fd(ends[1])};
}

}  // namespace weft::node
