#include "net/message_socket.h"

#include <cerrno>

#include <sys/socket.h>
#include <sys/stat.h>

namespace weft::net {
namespace {

constexpr int kBacklog = 512;

Result<Fd> open_socket() {
  Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail(system_error("opening a socket", errno));
  return socket;
}

}  // namespace

Result<std::unique_ptr<MessageSocket>> MessageSocket::connect(runtime::Reactor& reactor, const Address& to) {
  WEFT_TRY(const SocketAddress address, SocketAddress::of(to));
  WEFT_TRY(Fd socket, open_socket());
  if (::connect(socket.get(), address.get(), address.size()) != 0) {
    return fail(system_error("connecting to " + to.to_string(), errno));
  }
  return std::make_unique<MessageSocket>(reactor, std::move(socket));
}

MessageSocket::MessageSocket(runtime::Reactor& reactor, Fd socket)
    : socket_(std::move(socket)), watch_(reactor, socket_.get()) {}

runtime::Task<Result<MessageWithDescriptors>> MessageSocket::receive(Time deadline) {
  for (;;) {
    auto message = receive_message(socket_.get());
    if (message && message->bytes.empty() && message->descriptors.empty()) {
      co_return fail(Reason::closed, "the process at the other end has closed the connection");
    }
    if (message || message.error().reason != Reason::unavailable) co_return message;
    watch_.readiness().clear_readable();
    const auto waited = co_await watch_.readable(deadline);
    if (waited != runtime::Wait::ready) co_return fail(wait_error(waited, "receiving a message"));
  }
}

runtime::Task<Result<>> MessageSocket::send(std::string_view bytes, std::span<const int> descriptors, Time deadline) {
  for (;;) {
    auto sent = send_message(socket_.get(), bytes, descriptors);
    if (sent || sent.error().reason != Reason::unavailable) co_return sent;
    watch_.readiness().clear_writable();
    const auto waited = co_await watch_.readiness().writable(deadline);
    if (waited != runtime::Wait::ready) co_return fail(wait_error(waited, "sending a message"));
  }
}

Result<uid_t> MessageSocket::peer_user() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return fail(system_error("asking who is at the other end", errno));
  }
  return peer.uid;
}

Result<Fd> listen_for_messages(const std::string& path) {
  WEFT_TRY(const SocketAddress address, SocketAddress::of(Address::unix_path(path)));
  WEFT_TRY(Fd socket, open_socket());
  unlink(path.c_str());
  fchmod(socket.get(), 0600);  // before bind: the file never exists with wider permissions
  if (bind(socket.get(), address.get(), address.size()) != 0 || listen(socket.get(), kBacklog) != 0) {
    return fail(system_error("listening on " + path, errno));
  }
  return socket;
}

}  // namespace weft::net
