#include "net/port_claim.h"

#include <cerrno>
#include <cstddef>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

namespace weft::net {

Result<Fd> claim_port(uint16_t port, PortUse use) {
  // An abstract name lives as long as its socket, in the network namespace, as the port does (unix(7)).
  Fd claim(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!claim.is_open()) return fail(system_error("opening a socket", errno));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const bool starts = use == PortUse::starts;
  const std::string text = (starts ? "weft-starts-on-" : "weft-runs-on-") + std::to_string(port);
  text.copy(name.sun_path + 1, sizeof name.sun_path - 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (bind(claim.get(), reinterpret_cast<const sockaddr*>(&name), size) == 0) return claim;
  if (errno != EADDRINUSE) return fail(system_error("claiming a port", errno));
  const std::string who = starts ? "a mesh that starts right now will listen there" : "it belongs to a mesh that runs";
  return fail(Reason::already_exists, "127.0.0.1:" + std::to_string(port) + " is taken: " + who);
}

}  // namespace weft::net
