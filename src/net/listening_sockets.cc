#include "net/listening_sockets.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>

#include "net/datagram_socket.h"
#include "net/message_socket.h"

namespace weft::net {

Result<Fd> duplicate(int fd) {
  Fd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open()) return fail(system_error("copying a descriptor", errno));
  return copy;
}

Result<> ListeningSockets::keep(Fd parents) {
  int is_listening = 0;
  socklen_t size = sizeof is_listening;
  if (getsockopt(parents.get(), SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 || is_listening == 0) {
    return fail(Reason::invalid,
                "inherited descriptor " + std::to_string(parents.get()) + " is not a listening socket");
  }
  fcntl(parents.get(), F_SETFL, fcntl(parents.get(), F_GETFL) | O_NONBLOCK);
  Address at = bound_address(parents.get());
  kept_.push_back({SocketKind::stream, std::move(at), std::move(parents)});
  return {};
}

Fd ListeningSockets::take(SocketKind kind, const Address& at) {
  const auto found = std::ranges::find_if(
      inherited_, [&](const BoundSocket& socket) { return socket.kind == kind && socket.at == at; });
  if (found == inherited_.end()) return {};
  Fd socket = std::move(found->fd);
  inherited_.erase(found);
  return socket;
}

Result<Fd> ListeningSockets::stream(const Address& at, const ListenOptions& options) {
  if (Fd inherited = take(SocketKind::stream, at); inherited.is_open()) return inherited;
  const auto kept = std::ranges::find(kept_, at, &BoundSocket::at);
  if (kept != kept_.end()) return duplicate(kept->fd.get());
  return open_listening(at, options);
}

Result<Fd> ListeningSockets::datagram(const Address& at) {
  if (Fd inherited = take(SocketKind::datagram, at); inherited.is_open()) return inherited;
  return open_datagrams(at);
}

Result<Fd> ListeningSockets::messages(const Address& at) {
  if (Fd inherited = take(SocketKind::messages, at); inherited.is_open()) return inherited;
  return listen_for_messages(at.path());
}

}  // namespace weft::net
