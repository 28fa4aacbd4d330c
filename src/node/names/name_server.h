// NameServer: the DNS of pods without a sidecar: names of the cluster from the service table, all others from the
// host's resolver. Its sockets are in the pod, it itself is in the agent.
#pragma once

#include <cstdint>
#include <memory>

#include "base/random.h"
#include "net/datagram_socket.h"
#include "net/dns_message.h"
#include "net/listener.h"
#include "node/names/service_table.h"
#include "runtime/gate.h"

namespace weft::node {

// Answers UDP and TCP. One reactor. stop() before destruction. `table` outlives it.
class NameServer {
 public:
  NameServer(runtime::Reactor& reactor, net::Fd datagrams, net::Fd listening, const ServiceTable& table);

  void start();
  runtime::Task<void> stop();

 private:
  runtime::Task<void> serve_datagrams();
  runtime::Task<void> answer_datagram(std::string query, net::Address from);
  runtime::Task<void> accept_all();
  runtime::Task<void> serve_stream(std::unique_ptr<net::SocketStream> client);
  runtime::Task<std::string> answer(std::string query, size_t size_max);
  runtime::Task<std::string> answer_for_alias(net::DnsQuery query, std::string alias_of, size_t size_max);

  runtime::Reactor* reactor_;
  net::DatagramSocket datagrams_;
  net::Listener listener_;
  const ServiceTable* table_;
  runtime::Gate gate_;
  bool is_stopping_ = false;
};

// What the table found for a query of the cluster's domain.
std::string answer_from(const NameAnswer& found, const net::DnsQuery& query, size_t size_max);

}  // namespace weft::node
