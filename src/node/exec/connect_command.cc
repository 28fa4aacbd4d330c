// `weft-node connect`: how kubectl port-forward reaches a port of a pod: run inside of it, so that 127.0.0.1 is the
// pod's own and no sidecar stands in between.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/fd.h"
#include "node/commands.h"

namespace weft::node {
namespace {

net::Fd connect_to(const sockaddr* address, socklen_t size) {
  net::Fd socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.is_open() && connect(socket.get(), address, size) != 0) socket.reset();
  return socket;
}

// What listens on localhost may do so on either of its addresses.
net::Fd connect_to_port(uint16_t port) {
  sockaddr_in four{.sin_family = AF_INET, .sin_port = htons(port)};
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  net::Fd socket = connect_to(reinterpret_cast<const sockaddr*>(&four), sizeof four);
  if (socket.is_open()) return socket;
  const int error = errno;
  sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback};
  socket = connect_to(reinterpret_cast<const sockaddr*>(&six), sizeof six);
  if (!socket.is_open()) errno = error;
  return socket;
}

// Moves what is there; false at the end of it.
bool move_some(int from, int to) {
  std::array<char, 16'384> part;
  const ssize_t size = read(from, part.data(), part.size());
  if (size < 0 && errno == EINTR) return true;
  for (ssize_t done = 0; done < size;) {
    const ssize_t written = write(to, part.data() + done, static_cast<size_t>(size - done));
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) done += written;
  }
  return size > 0;
}

void relay(int socket) {
  std::array<pollfd, 2> events{{{STDIN_FILENO, POLLIN, 0}, {socket, POLLIN, 0}}};
  while (events[1].fd >= 0) {
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return;
    if (events[0].revents != 0 && !move_some(STDIN_FILENO, socket)) {
      shutdown(socket, SHUT_WR);
      events[0].fd = -1;
    }
    if (events[1].revents != 0 && !move_some(socket, STDOUT_FILENO)) events[1].fd = -1;
  }
}

}  // namespace

int run_connect(uint16_t port) {
  std::signal(SIGPIPE, SIG_IGN);
  const net::Fd socket = connect_to_port(port);
  if (!socket.is_open()) {
    std::fprintf(stderr, "connecting to port %u of the pod: %s\n", port, std::strerror(errno));
    return 1;
  }
  relay(socket.get());
  return 0;
}

}  // namespace weft::node
