#include "proxy/connect/dialer.h"

#include <algorithm>
#include <cstring>

#include "proxy/connect/broker.h"
#include "proxy/connect/socket_file.h"

namespace weft::proxy {

net::IpAddress to_net(const decide::IpAddress& address) {
  net::IpAddress ip;
  ip.is_v6 = !address.is_v4();
  const size_t skip = ip.is_v6 ? 0 : 12;
  std::memcpy(ip.bytes.data(), address.bytes.data() + skip, 16 - skip);
  return ip;
}

net::Address to_net(const decide::SocketAddress& address) {
  return {to_net(address.ip), address.port};
}

net::Address to_net(const decide::EndpointAddress& address) {
  if (address.is_socket_file()) return net::Address::unix_path(address.socket_file);
  return {to_net(address.ip), address.port};
}

decide::SocketAddress to_decide(const net::Address& address) {
  decide::SocketAddress result{.port = address.port()};
  if (address.ip().is_v6) {
    result.ip.bytes = address.ip().bytes;
    return result;
  }
  uint32_t v4;
  std::memcpy(&v4, address.ip().bytes.data(), sizeof v4);
  result.ip = decide::IpAddress::from_v4(v4);
  return result;
}

bool NetworkDialer::is_direct(const net::IpAddress& ip) const {
  if (!rules_.broker || ip.is_loopback()) return true;
  return std::ranges::any_of(rules_.mesh_ranges, [&](const net::IpRange& range) { return range.contains(ip); });
}

runtime::Task<Dialled> NetworkDialer::dial(DialRequest request) {
  net::DialOptions options{.mark = rules_.mark, .deadline = request.deadline};
  if (request.to.is_socket_file()) {
    co_return co_await dial_socket_file(*reactor_, request.to.socket_file, rules_.private_folder, options);
  }
  const net::Address to(to_net(request.to.ip), request.to.port);
  if (!is_direct(to.ip())) {
    WEFT_CO_TRY(net::Fd socket, co_await dial_through_broker(*reactor_, *rules_.broker, to, request.deadline));
    co_return std::make_unique<net::SocketStream>(*reactor_, std::move(socket));
  }
  if (request.source) options.source = net::Address(to_net(*request.source), 0);
  co_return co_await net::dial(*reactor_, to, options);
}

}  // namespace weft::proxy
