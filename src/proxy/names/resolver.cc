#include "proxy/names/resolver.h"

#include <sys/socket.h>

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

}  // namespace weft::proxy
