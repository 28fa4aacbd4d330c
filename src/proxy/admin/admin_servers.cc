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

Result<> AdminServers::start(const AdminAddresses& addresses) {
  if (addresses.unix_socket) WEFT_CHECK(listen(*addresses.unix_socket, pages_));
  const auto at = [](uint32_t ip, uint16_t port) { return net::Address(net::IpAddress::v4(ip), port); };
  if (addresses.admin_port != 0) WEFT_CHECK(listen(at(kLoopback, addresses.admin_port), pages_));
  if (addresses.ready_port != 0) WEFT_CHECK(listen(at(0, addresses.ready_port), health_));
  if (addresses.stats_port != 0) WEFT_CHECK(listen(at(0, addresses.stats_port), metrics_));
  return {};
}

Result<> AdminServers::listen(const net::Address& at, http::Handler& handler) {
  WEFT_TRY(auto listener, net::Listener::bind(*reactor_, at, {.backlog = 128}));
  http::ServerLimits limits;
  limits.connections_max = kConnectionsMax;
  servers_.push_back(std::make_unique<http::Server>(*reactor_, std::move(listener), handler, limits));
  servers_.back()->start();
  return {};
}

runtime::Task<void> AdminServers::close(Time deadline) {
  for (const auto& server : servers_) co_await server->close(deadline);
}

}  // namespace weft::proxy
