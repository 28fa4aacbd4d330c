// AdminServers: the listening sockets of the admin interface and what answers on each.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "http/service/server.h"
#include "net/listening_sockets.h"
#include "proxy/admin/pages.h"

namespace weft::proxy {

// Where to listen; port 0 turns one off. The admin pages are for this machine alone (loopback and a Unix socket of mode
// 0600), health and metrics for the pod's network.
struct AdminAddresses {
  std::optional<net::Address> unix_socket;
  uint16_t admin_port = 15000;
  uint16_t ready_port = 15021;
  uint16_t stats_port = 15090;
};

// Main thread. close() before destruction.
class AdminServers {
 public:
  // `inspection` outlives it.
  AdminServers(runtime::Reactor& reactor, Inspection& inspection, ServerInfo info);

  // Gets its sockets; start() begins to answer. Fails when an address is taken.
  Result<> listen(const AdminAddresses& addresses, net::ListeningSockets& sockets);
  void start();
  // For a hot restart.
  std::vector<net::OfferedSocket> sockets() const;
  // After close(): the pages alone, on this Unix socket, to watch a process that has been followed.
  Result<> move_to(const net::Address& unix_socket);

  runtime::Task<void> close(Time deadline);

 private:
  Result<> listen(const net::Address& at, net::ListeningSockets& sockets, http::Handler& handler);

  runtime::Reactor* reactor_;
  AdminPages pages_;
  PublicPages health_;
  PublicPages metrics_;
  // One of the listening sockets with its server.
  struct Served {
    net::Address at;
    int fd;
    std::unique_ptr<http::Server> server;
  };
  std::vector<Served> servers_;
};

}  // namespace weft::proxy
