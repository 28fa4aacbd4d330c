#include "proxy/connect/broker.h"

#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/strings.h"
#include "net/message_socket.h"

namespace weft::proxy {
namespace {

// Nothing has been sent to the endpoint yet.
net::DialError of_endpoint(net::DialError error) {
  error.side = Side::endpoint;
  error.retry = Retry::safe;
  return error;
}

// "error ERRNO TEXT" into an Error.
net::DialError refusal(std::string_view answer, std::string_view request) {
  const auto words = split(answer, ' ');
  const auto number = words.size() > 1 ? parse_unsigned(words[1]) : std::nullopt;
  return net::DialError::of_system("asking the broker for " + std::string(request),
                                   static_cast<int>(number.value_or(EIO)));
}

void prepare(const net::Fd& socket) {
  fcntl(socket.get(), F_SETFL, fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

runtime::Task<Brokered> ask_broker(runtime::Reactor& reactor, const net::Address& broker, std::string request,
                                   Time deadline) {
  auto socket = net::MessageSocket::connect(reactor, broker);
  if (!socket) co_return std::unexpected(of_endpoint(std::move(socket).error()));
  auto sent = co_await (*socket)->send(request, {}, deadline);
  if (!sent) co_return std::unexpected(of_endpoint(std::move(sent).error()));
  auto answer = co_await (*socket)->receive(deadline);
  if (!answer) co_return std::unexpected(of_endpoint(std::move(answer).error()));
  if (answer->bytes != "ok" || answer->descriptors.size() != 1)
    co_return std::unexpected(refusal(answer->bytes, request));
  prepare(answer->descriptors[0]);
  co_return std::move(answer->descriptors[0]);
}

runtime::Task<Brokered> dial_through_broker(runtime::Reactor& reactor, const net::Address& broker,
                                            const net::Address& to, Time deadline) {
  return ask_broker(reactor, broker, "tcp " + to.to_string(), deadline);
}

}  // namespace weft::proxy
