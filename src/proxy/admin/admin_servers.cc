#include "proxy/admin/admin_servers.h"

namespace weft::proxy {
namespace {

constexpr uint32_t kLoopback = 0x7f000001;

// A scraper or two, a probe, an operator: no more than this at a time.
constexpr size_t kConnectionsMax = 64;

}  // namespace

AdminServers::AdminServers(runtime::Reactor& reactor, Inspection& inspection, ServerInfo info)
    : reactor_(&reactor),
      pages_(inspection, std::move(info), reactor.clock()),
      health_(inspection, PublicPages::Kind::health),
      metrics_(inspection, PublicPages::Kind::metrics) {}

Result<> AdminServers::listen(const AdminAddresses& addresses, net::ListeningSockets& sockets) {
  if (addresses.unix_socket) WEFT_CHECK(listen(*addresses.unix_socket, sockets, pages_));
  const auto at = [](uint32_t ip, uint16_t port) { return net::Address(net::IpAddress::v4(ip), port); };
  if (addresses.admin_port != 0) WEFT_CHECK(listen(at(kLoopback, addresses.admin_port), sockets, pages_));
  if (addresses.ready_port != 0) WEFT_CHECK(listen(at(0, addresses.ready_port), sockets, health_));
  if (addresses.stats_port != 0) WEFT_CHECK(listen(at(0, addresses.stats_port), sockets, metrics_));
  return {};
}

Result<> AdminServers::listen(const net::Address& at, net::ListeningSockets& sockets, http::Handler& handler) {
  WEFT_TRY(auto socket, sockets.stream(at, {.backlog = 128}));
  const int fd = socket.get();
  auto listener = std::make_unique<net::Listener>(*reactor_, std::move(socket));
  http::ServerLimits limits;
  limits.connections_max = kConnectionsMax;
  servers_.push_back({at, fd, std::make_unique<http::Server>(*reactor_, std::move(listener), handler, limits)});
  return {};
}

void AdminServers::start() {
  for (const auto& served : servers_) served.server->start();
}

std::vector<net::OfferedSocket> AdminServers::sockets() const {
  std::vector<net::OfferedSocket> offered;
  for (const auto& served : servers_) offered.push_back({net::SocketKind::stream, served.at, served.fd});
  return offered;
}

Result<> AdminServers::move_to(const net::Address& unix_socket) {
  net::ListeningSockets own;
  WEFT_CHECK(listen(unix_socket, own, pages_));
  start();
  return {};
}

runtime::Task<void> AdminServers::close(Time deadline) {
  for (const auto& served : servers_) co_await served.server->close(deadline);
  servers_.clear();
}

}  // namespace weft::proxy
