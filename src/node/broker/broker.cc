#include "node/broker/broker.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "net/message_socket.h"
#include "net/socket_stream.h"
#include "node/broker/host_resolver.h"

namespace weft::node {
namespace {

// Sidecars ask once per connection that leaves the mesh; this many at a time, others wait in the backlog.
constexpr uint32_t kConnectionsMax = 1024;
constexpr Duration kConnectLimit = std::chrono::seconds(10);
constexpr Duration kIdleLimit = std::chrono::seconds(60);

// The errno that stands for an error of dial().
int number_of(Reason reason) {
  switch (reason) {
    case Reason::refused:
      return ECONNREFUSED;
    case Reason::timed_out:
      return ETIMEDOUT;
    case Reason::denied:
      return EACCES;
    case Reason::reset:
      return ECONNRESET;
    case Reason::invalid:
    case Reason::malformed:
      return EINVAL;
    case Reason::overflow:
      return EMFILE;
    default:
      return ENETUNREACH;
  }
}

Result<net::Fd> connect_datagrams(const net::Address& to) {
  WEFT_TRY(const auto address, net::SocketAddress::of(to));
  net::Fd socket(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail(system_error("making a socket", errno));
  if (connect(socket.get(), address.get(), address.size()) != 0) return fail(system_error("connecting", errno));
  return socket;
}

}  // namespace

Result<std::unique_ptr<Broker>> Broker::open(runtime::Reactor& reactor, const std::string& path,
                                             const PodEgress& egress) {
  WEFT_TRY(auto listening, net::listen_for_messages(path));
  return std::unique_ptr<Broker>(new Broker(reactor, std::move(listening), egress));
}

Broker::Broker(runtime::Reactor& reactor, net::Fd listening, const PodEgress& egress)
    : reactor_(&reactor),
      listening_(std::move(listening)),
      egress_(&egress),
      watch_(reactor, listening_.get()),
      gate_(reactor),
      stopping_(reactor) {}

void Broker::start() {
  runtime::spawn(gate_, accept_all());
}

runtime::Task<void> Broker::stop() {
  stopping_.set();
  watch_.readiness().cancel();
  while (!connections_.empty()) connections_.pop_front().watch.readiness().cancel();
  co_await gate_.close();
}

runtime::Task<void> Broker::accept_all() {
  while (!stopping_.is_set()) {
    net::Fd connection;
    if (gate_.inside() <= kConnectionsMax) {
      connection = net::Fd(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    }
    if (connection.is_open()) {
      runtime::spawn(gate_, serve(std::move(connection)));
    } else if (gate_.inside() > kConnectionsMax || (errno != EAGAIN && errno != EINTR)) {
      co_await stopping_.wait(reactor_->now() + std::chrono::milliseconds(50));  // no room, or out of descriptors
    } else {
      watch_.readiness().clear_readable();
      (void)co_await watch_.readable();
    }
  }
}

runtime::Task<void> Broker::serve(net::Fd accepted) {
  Connection connection(*reactor_, std::move(accepted));
  connections_.push_back(connection);
  const int socket = connection.socket.get();
  while (!stopping_.is_set()) {
    auto request = net::receive_message(socket);
    if (request && request->bytes.empty()) co_return;
    if (request) {
      co_await answer(socket, std::move(request->bytes));
      continue;
    }
    if (request.error().reason != Reason::unavailable) co_return;
    connection.watch.readiness().clear_readable();
    if (co_await connection.watch.readable(reactor_->now() + kIdleLimit) != runtime::Wait::ready) co_return;
  }
}

runtime::Task<void> Broker::answer(int connection, std::string request) {
  const auto made = co_await connect_for(request);
  if (made) {
    const std::array<int, 1> with{made->get()};
    (void)net::send_message(connection, "ok", with);
    co_return;
  }
  log::debug("broker: {}: {}", request, made.error().detail);
  const std::string text = "error " + std::to_string(number_of(made.error().reason)) + " " + made.error().detail;
  (void)net::send_message(connection, text, {});
}

runtime::Task<Result<net::Fd>> Broker::connect_for(std::string request) {
  const net::Address resolver = host_resolver();
  if (request == "dns") co_return connect_datagrams(resolver);
  const std::string_view words = request;
  const bool is_tcp = words.starts_with("tcp ");
  if (!is_tcp && !words.starts_with("udp ")) co_return fail(Reason::invalid, "unknown request");
  WEFT_CO_TRY(const auto to, net::Address::parse(words.substr(4)));
  const auto transport = is_tcp ? network_policy::Transport::tcp : network_policy::Transport::udp;
  if (const int refused = egress_->refusal(transport, to, resolver); refused != 0) {
    co_return fail(system_error("the mesh does not lead there", refused));
  }
  if (!is_tcp) co_return connect_datagrams(to);
  WEFT_CO_TRY(const auto stream, co_await net::dial(*reactor_, to, {.deadline = reactor_->now() + kConnectLimit}));
  net::Fd copy(fcntl(stream->fd(), F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open()) co_return fail(system_error("copying a descriptor", errno));
  co_return copy;
}

}  // namespace weft::node
