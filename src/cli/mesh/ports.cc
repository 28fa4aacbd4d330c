#include "cli/mesh/ports.h"

#include <cerrno>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/port_claim.h"

namespace weft::cli {

Result<> probe_port(uint16_t port) {
  const net::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return fail(system_error("socket", errno));
  // As the listener itself will do, so that ports in TIME_WAIT count as free.
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (bind(socket.get(), generic, sizeof address) == 0 && listen(socket.get(), 1) == 0) return {};
  const std::string where = "127.0.0.1:" + std::to_string(port);
  if (errno == EADDRINUSE) return fail(Reason::already_exists, where + " is taken: another program listens there");
  if (errno == EACCES) return fail(Reason::denied, where + " needs root: ports below 1024 are privileged");
  return fail(system_error(where, errno));
}

Result<ClaimedPort> ClaimedPort::take(uint16_t port) {
  WEFT_TRY(net::Fd claim, net::claim_port(port, net::PortUse::starts));
  WEFT_CHECK(probe_port(port));
  // A mesh whose weftd starts again just now listens nowhere; only whether it could be claimed is asked.
  WEFT_CHECK(net::claim_port(port, net::PortUse::runs));
  return ClaimedPort(port, std::move(claim));
}

Result<ClaimedPort> ClaimedPort::take_from(uint16_t port) {
  constexpr uint16_t kTries = 100;
  for (uint16_t i = 0; i < kTries && port + i <= 65535; ++i) {
    if (auto claimed = take(static_cast<uint16_t>(port + i))) return claimed;
  }
  return fail(Reason::already_exists, "every port from " + std::to_string(port) + " on is taken");
}

}  // namespace weft::cli
