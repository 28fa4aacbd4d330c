#include "net/socket_stream.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weft::net {
namespace {

bool is_would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

Address address_of(int fd, int (*query)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (query(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return Address::from_sockaddr(storage, size);
}

}  // namespace

SocketStream::SocketStream(runtime::Reactor& reactor, Fd socket, runtime::Watching watching)
    : socket_(std::move(socket)), watch_(reactor, socket_.get(), watching) {
  use(watch_.readiness());
  watch_.readiness().mark_writable();
}

Io SocketStream::try_read(std::span<char> into) {
  for (;;) {
    const ssize_t size = recv(socket_.get(), into.data(), into.size(), 0);
    if (size > 0) {
      // A short read has drained the socket (epoll(7)); only a hang-up may still have to be read.
      if (static_cast<size_t>(size) < into.size() && !readiness().has_hung_up()) readiness().clear_readable();
      return {.status = Io::Status::done, .size = static_cast<size_t>(size)};
    }
    if (size == 0) return {.status = Io::Status::end};
    if (is_would_block(errno)) {
      readiness().clear_readable();
      return {.status = Io::Status::would_block};
    }
    if (errno != EINTR) return {.status = Io::Status::failed, .error = errno};
  }
}

Io SocketStream::try_write(std::span<const iovec> parts) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  for (;;) {
    // send() of one part is a little cheaper than sendmsg().
    const ssize_t size = parts.size() == 1 ? send(socket_.get(), parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL)
                                           : sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (size >= 0) return {.status = Io::Status::done, .size = static_cast<size_t>(size)};
    if (is_would_block(errno)) {
      readiness().clear_writable();
      return {.status = Io::Status::would_block};
    }
    if (errno != EINTR) return {.status = Io::Status::failed, .error = errno};
  }
}

void SocketStream::finish_writing() {
  shutdown(socket_.get(), SHUT_WR);
}

Address SocketStream::local_address() const {
  return bound_address(socket_.get());
}
Address SocketStream::peer_address() const {
  return address_of(socket_.get(), getpeername);
}

Address bound_address(int fd) {
  return address_of(fd, getsockname);
}

void keep_alive(int fd, const Keepalive& keepalive) {
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  const auto set = [fd](int option, uint32_t value) {
    if (value != 0) setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
  };
  set(TCP_KEEPCNT, keepalive.probes);
  set(TCP_KEEPIDLE, keepalive.time_s);
  set(TCP_KEEPINTVL, keepalive.interval_s);
}

namespace {

Result<Fd> open_for_dialing(int family, const DialOptions& options) {
  Fd socket_fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_fd.is_open()) return fail(system_error("opening a socket", errno));
  if (options.mark && setsockopt(socket_fd.get(), SOL_SOCKET, SO_MARK, &*options.mark, sizeof *options.mark) != 0) {
    return fail(system_error("marking a socket", errno));
  }
  if (family != AF_UNIX) {
    const int on = 1;
    setsockopt(socket_fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (options.source) {
    WEFT_TRY(const SocketAddress source, SocketAddress::of(*options.source));
    const int on = 1;
    setsockopt(socket_fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(socket_fd.get(), source.get(), source.size()) != 0) return fail(system_error("binding the source", errno));
  }
  return socket_fd;
}

DialError dial_error(const Address& to, int error_number) {
  return DialError::of_system("connecting to " + to.to_string(), error_number);
}

}  // namespace

DialError DialError::of_system(std::string_view doing, int number) {
  DialError error(system_error(doing, number), number);
  error.side = Side::endpoint;
  error.retry = Retry::safe;
  return error;
}

runtime::Task<std::expected<std::unique_ptr<SocketStream>, DialError>> dial(runtime::Reactor& reactor,
                                                                            const Address& to, DialOptions options) {
  WEFT_CO_TRY(const SocketAddress address, SocketAddress::of(to));
  WEFT_CO_TRY(Fd fd, open_for_dialing(address.family(), options));
  const int number = fd.get();
  // A Unix socket whose queue is full answers EAGAIN and cannot be waited for; the caller may try again.
  const int outcome = connect(number, address.get(), address.size());
  const int error_number = outcome == 0 ? 0 : errno;
  if (outcome != 0 && error_number != EINPROGRESS) co_return std::unexpected(dial_error(to, error_number));
  auto stream = std::make_unique<SocketStream>(reactor, std::move(fd));
  if (outcome == 0) co_return stream;
  stream->readiness().clear_writable();
  const auto waited = co_await stream->writable(options.deadline);
  if (waited != runtime::Wait::ready) {
    Error error = wait_error(waited, "connecting to " + to.to_string());
    error.side = Side::endpoint;
    error.retry = Retry::safe;
    co_return fail(std::move(error));
  }
  int failure = 0;
  socklen_t size = sizeof failure;
  getsockopt(number, SOL_SOCKET, SO_ERROR, &failure, &size);
  if (failure != 0) co_return std::unexpected(dial_error(to, failure));
  co_return stream;
}

}  // namespace weft::net
