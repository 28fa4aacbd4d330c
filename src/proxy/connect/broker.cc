#include "proxy/connect/broker.h"

#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/strings.h"
#include "net/descriptor_passing.h"

namespace weft::proxy {
namespace {

Error endpoint_error(std::string_view doing, int error_number) {
  Error error = system_error(doing, error_number);
  error.side = Side::endpoint;
  error.retry = Retry::safe;
  return error;
}

Result<net::Fd> connect_to(const net::Address& broker) {
  net::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail(system_error("opening a socket to the broker", errno));
  WEFT_TRY(const net::SocketAddress address, net::SocketAddress::of(broker));
  if (connect(socket.get(), address.get(), address.size()) != 0) {
    return fail(endpoint_error("connecting to the broker at " + broker.to_string(), errno));
  }
  return socket;
}

// "error ERRNO TEXT" into an Error.
Error refusal(std::string_view answer, std::string_view request) {
  const auto words = split(answer, ' ');
  const auto number = words.size() > 1 ? parse_unsigned(words[1]) : std::nullopt;
  return endpoint_error("asking the broker for " + std::string(request), static_cast<int>(number.value_or(EIO)));
}

void prepare(const net::Fd& socket) {
  fcntl(socket.get(), F_SETFL, fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

runtime::Task<Result<net::Fd>> ask_broker(runtime::Reactor& reactor, const net::Address& broker, std::string request,
                                          Time deadline) {
  WEFT_CO_TRY(const net::Fd socket, connect_to(broker));
  runtime::FdWatch watch(reactor, socket.get());
  WEFT_CO_CHECK(net::send_message(socket.get(), request, {}));
  for (;;) {
    const auto waited = co_await watch.readable(deadline);
    if (waited != runtime::Wait::ready) co_return fail(endpoint_error("asking the broker for " + request, ETIMEDOUT));
    auto answer = net::receive_message(socket.get());
    if (!answer && answer.error().reason == Reason::unavailable) {
      watch.readiness().clear_readable();
      continue;
    }
    if (!answer) co_return fail(std::move(answer).error());
    if (answer->bytes != "ok" || answer->descriptors.size() != 1) co_return fail(refusal(answer->bytes, request));
    prepare(answer->descriptors[0]);
    co_return std::move(answer->descriptors[0]);
  }
}

runtime::Task<Result<net::Fd>> dial_through_broker(runtime::Reactor& reactor, const net::Address& broker,
                                                   const net::Address& to, Time deadline) {
  return ask_broker(reactor, broker, "tcp " + to.to_string(), deadline);
}

}  // namespace weft::proxy
