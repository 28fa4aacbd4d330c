#include "proxy/names/resolver.h"

#include <cerrno>

#include <sys/socket.h>

#include "base/strings.h"
#include "net/socket_stream.h"
#include "proxy/connect/broker.h"

namespace weft::proxy {
namespace {

Result<net::Address> peer_of(const net::Fd& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getpeername(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return fail(system_error("asking where the resolver is", errno));
  }
  return net::Address::from_sockaddr(storage, size);
}

}  // namespace

runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> BrokerResolver::open_datagram(Time deadline) {
  WEFT_CO_TRY(net::Fd socket, co_await ask_broker(*reactor_, broker_, "dns", deadline));
  co_return std::make_unique<net::DatagramSocket>(*reactor_, std::move(socket));
}

// The broker tells where the resolver is by the UDP socket's peer; the same address serves TCP (RFC 7766).
runtime::Task<Result<std::unique_ptr<net::Stream>>> BrokerResolver::open_stream(Time deadline) {
  WEFT_CO_TRY(const net::Fd socket, co_await ask_broker(*reactor_, broker_, "dns", deadline));
  WEFT_CO_TRY(const net::Address resolver, peer_of(socket));
  WEFT_CO_TRY(net::Fd connected, co_await dial_through_broker(*reactor_, broker_, resolver, deadline));
  co_return std::make_unique<net::SocketStream>(*reactor_, std::move(connected));
}

runtime::Task<Result<std::unique_ptr<net::DatagramSocket>>> DirectResolver::open_datagram(Time) {
  WEFT_CO_TRY(const net::SocketAddress to, net::SocketAddress::of(resolver_));
  net::Fd socket_fd(::socket(to.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_fd.is_open()) co_return fail(system_error("opening a socket", errno));
  if (mark_ && setsockopt(socket_fd.get(), SOL_SOCKET, SO_MARK, &*mark_, sizeof *mark_) != 0)
    co_return fail(system_error("marking a socket", errno));
  if (connect(socket_fd.get(), to.get(), to.size()) != 0)
    co_return fail(system_error("connecting to the resolver " + resolver_.to_string(), errno));
  co_return std::make_unique<net::DatagramSocket>(*reactor_, std::move(socket_fd));
}

runtime::Task<Result<std::unique_ptr<net::Stream>>> DirectResolver::open_stream(Time deadline) {
  co_return co_await net::dial(*reactor_, resolver_, {.mark = mark_, .deadline = deadline});
}

net::Address first_nameserver(std::string_view resolv_conf) {
  constexpr uint16_t kPort = 53;
  for (const std::string_view line : split(resolv_conf, '\n')) {
    constexpr std::string_view kWord = "nameserver";
    if (!line.starts_with(kWord)) continue;
    if (const auto ip = net::IpAddress::parse(trim(line.substr(kWord.size())))) return {*ip, kPort};
  }
  constexpr uint32_t kLoopback = 0x7f000001;
  return {net::IpAddress::v4(kLoopback), kPort};
}

}  // namespace weft::proxy
