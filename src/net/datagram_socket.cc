#include "net/datagram_socket.h"

#include <cerrno>

#include <sys/socket.h>

namespace weft::net {
namespace {

Io outcome_of(ssize_t size) {
  if (size >= 0) return {.status = Io::Status::done, .size = static_cast<size_t>(size)};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {.status = Io::Status::would_block};
  return {.status = Io::Status::failed, .error = errno};
}

}  // namespace

Result<Fd> open_datagrams(const Address& local) {
  WEFT_TRY(const SocketAddress address, SocketAddress::of(local));
  Fd fd(::socket(address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fail(system_error("opening a socket", errno));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), address.get(), address.size()) != 0) {
    return fail(system_error("binding " + local.to_string(), errno));
  }
  return fd;
}

Result<std::unique_ptr<DatagramSocket>> DatagramSocket::bind(runtime::Reactor& reactor, const Address& local) {
  WEFT_TRY(Fd fd, open_datagrams(local));
  return std::make_unique<DatagramSocket>(reactor, std::move(fd));
}

DatagramSocket::DatagramSocket(runtime::Reactor& reactor, Fd socket)
    : socket_(std::move(socket)), watch_(reactor, socket_.get()) {
  watch_.readiness().mark_readable();
}

Io DatagramSocket::try_receive(std::span<char> into, Address* from) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const Io io =
      outcome_of(recvfrom(socket_.get(), into.data(), into.size(), 0, reinterpret_cast<sockaddr*>(&storage), &size));
  if (io.would_block()) watch_.readiness().clear_readable();
  if (io.done() && from != nullptr) *from = Address::from_sockaddr(storage, size);
  return io;
}

Io DatagramSocket::try_send(std::string_view datagram, const Address& to) {
  const auto address = SocketAddress::of(to);
  if (!address) return {.status = Io::Status::failed, .error = EINVAL};
  return outcome_of(
      sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL, address->get(), address->size()));
}

Io DatagramSocket::try_send(std::string_view datagram) {
  return outcome_of(send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL));
}

Address DatagramSocket::local_address() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return Address::from_sockaddr(storage, size);
}

}  // namespace weft::net
