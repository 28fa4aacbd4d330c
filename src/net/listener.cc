#include "net/listener.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::net {

namespace {

// Whether connections to a socket file are refused: it was left by a process that has ended.
bool is_stale(const SocketAddress& address) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return connect(probe.get(), address.get(), address.size()) != 0 && errno == ECONNREFUSED;
}

Result<> clear_path(const std::string& path, const SocketAddress& address, FileInTheWay file) {
  struct stat found{};
  if (path.starts_with('@') || lstat(path.c_str(), &found) != 0) return {};
  if (file == FileInTheWay::replaced_if_stale) {
    if (!S_ISSOCK(found.st_mode)) return fail(Reason::already_exists, path + " is there already, and no socket");
    if (!is_stale(address)) return fail(Reason::already_exists, "somebody listens at " + path + " already");
  }
  unlink(path.c_str());
  return {};
}

}  // namespace

Result<Fd> open_listening(const Address& to, const ListenOptions& options) {
  WEFT_TRY(const SocketAddress address, SocketAddress::of(to));
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fail(system_error("opening a socket", errno));
  const int on = 1;
  if (to.is_unix()) {
    WEFT_CHECK(clear_path(to.path(), address, options.file_in_the_way));
    fchmod(fd.get(), options.unix_mode);  // before bind: the file never exists with wider permissions
  } else {
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (options.sharing == PortSharing::shared) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd.get(), address.get(), address.size()) != 0 || listen(fd.get(), options.backlog) != 0) {
    return fail(system_error("listening on " + to.to_string(), errno));
  }
  // After it: the mask has taken away what clients may need.
  if (to.is_unix() && !to.path().starts_with('@')) chmod(to.path().c_str(), options.unix_mode);
  return fd;
}

Result<std::unique_ptr<Listener>> Listener::bind(runtime::Reactor& reactor, const Address& to, ListenOptions options) {
  WEFT_TRY(Fd fd, open_listening(to, options));
  return std::make_unique<Listener>(reactor, std::move(fd));
}

Listener::Listener(runtime::Reactor& reactor, Fd listening, runtime::Watching watching)
    : reactor_(&reactor), listening_(std::move(listening)), watch_(reactor, listening_.get(), watching) {
  const int on = 1;
  setsockopt(listening_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // connections inherit it
  watch_.readiness().mark_readable();
}

runtime::Task<Result<std::unique_ptr<SocketStream>>> Listener::accept() {
  WEFT_CO_TRY(Fd fd, co_await accept_socket());
  co_return std::make_unique<SocketStream>(*reactor_, std::move(fd));
}

runtime::Task<Result<Fd>> Listener::accept_socket() {
  for (;;) {
    if (watch_.readiness().is_cancelled()) co_return fail(wait_error(runtime::Wait::cancelled, "accepting"));
    WEFT_CO_TRY(Fd fd, try_accept());
    if (fd.is_open()) co_return fd;
    co_await watch_.readable();
  }
}

Result<Fd> Listener::try_accept() {
  for (;;) {
    Fd fd(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.is_open()) return fd;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return fail(system_error("accepting", errno));
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Any other one: that connection is gone (accept(2), "Error handling").
  }
  watch_.readiness().clear_readable();
  return Fd();
}

void Listener::limit_queue(int connections) {
  listen(listening_.get(), connections);
}

Address Listener::local_address() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return Address::from_sockaddr(storage, size);
}

bool has_left(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  return info.tcpi_state == TCP_CLOSE_WAIT || info.tcpi_state == TCP_CLOSE;
}

// From linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h, which clash with the C library's headers.
constexpr int kSoOriginalDst = 80;
constexpr int kIp6SoOriginalDst = 80;

Result<Address> original_destination(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockopt(fd, SOL_IP, kSoOriginalDst, &storage, &size) == 0) return Address::from_sockaddr(storage, size);
  size = sizeof storage;
  if (getsockopt(fd, SOL_IPV6, kIp6SoOriginalDst, &storage, &size) == 0) return Address::from_sockaddr(storage, size);
  return fail(Reason::not_found, "the connection was not redirected");
}

}  // namespace weft::net
