// DnsServer: the sidecar's DNS, on UDP and TCP. Names of the mesh are answered from the control plane's table, all
// others are asked from the host's resolver, as is what a name of the mesh stands for where that is outside of it.
// Queries come from the pod alone, by capture of port 53.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "net/datagram_socket.h"
#include "net/listening_sockets.h"
#include "proxy/names/forwarder.h"
#include "proxy/names/name_index.h"
#include "runtime/gate.h"
#include "runtime/intrusive_list.h"
#include "runtime/signal.h"

namespace weft::proxy {

// Bounds and times of the answers.
struct DnsServerOptions {
  uint32_t ttl_s = 30;          // as Istio's agent
  size_t queries_max = 1024;    // under way at a time, over UDP; more are dropped, as the network would
  size_t connections_max = 64;  // over TCP
  Duration tcp_idle_timeout = std::chrono::seconds(10);
};

// What was asked and answered, for statistics.
struct DnsCounts {
  uint64_t queries = 0;
  uint64_t answered_here = 0;  // names of the mesh, and those that stand for one
  uint64_t forwarded = 0;
  uint64_t failed = 0;  // SERVFAIL: the resolver was not there or did not answer
};

// One reactor's thread. close() before destruction.
class DnsServer {
 public:
  // Gets the sockets of `at` (both protocols, the same port). `resolver` may be nullptr: then other names fail
  // (SERVFAIL).
  static Result<std::unique_ptr<DnsServer>> listen(runtime::Reactor& reactor, net::ListeningSockets& sockets,
                                                   const net::Address& at, Resolver* resolver, Random& random,
                                                   DnsServerOptions options = {});
  ~DnsServer();

  // Begins to answer; returns at once.
  void start();
  // The names from now on. Until the first call every query is forwarded.
  void use(std::shared_ptr<const NameIndex> names) { names_ = std::move(names); }
  bool has_names() const { return names_ != nullptr; }

  // For a hot restart: takes no more queries; those under way are answered.
  void stop_listening();
  runtime::Task<void> close();

  net::Address local_address() const { return udp_->local_address(); }
  // For a hot restart.
  std::vector<net::OfferedSocket> sockets() const;
  const DnsCounts& counts() const { return counts_; }

 private:
  enum class Transport : uint8_t { udp, tcp };

  // A connection that is being served, to be cancelled at the end.
  struct TcpClient : runtime::Link<TcpClient> {
    explicit TcpClient(net::SocketStream& its_stream) : stream(&its_stream) {}
    net::SocketStream* stream;
  };

  DnsServer(runtime::Reactor& reactor, std::unique_ptr<net::DatagramSocket> udp, std::unique_ptr<net::Listener> tcp,
            Resolver* resolver, Random& random, DnsServerOptions options);

  runtime::Task<void> serve_datagrams();
  runtime::Task<void> answer_datagram(std::string message, net::Address client);
  runtime::Task<void> serve_streams();
  runtime::Task<void> serve_stream(std::unique_ptr<net::SocketStream> stream);
  runtime::Task<std::string> answer(std::string_view message, Transport transport);
  runtime::Task<std::string> forward(const net::DnsQuery& query, std::string_view message, Transport transport);
  runtime::Task<std::string> answer_elsewhere(const net::DnsQuery& query, std::string alias_of, Transport transport);
  runtime::Task<Result<std::string>> resolve_alias(const net::DnsQuery& query, std::string alias_of,
                                                   Transport transport);
  runtime::Task<Result<std::string>> resolve(const net::DnsQuery& query, std::string_view message, Transport transport);
  size_t size_max(const net::DnsQuery& query, Transport transport) const;
  std::string answer_from_table(const net::DnsQuery& query, const NameAddresses& addresses, Transport transport);

  runtime::Reactor* reactor_;
  std::unique_ptr<net::DatagramSocket> udp_;
  std::unique_ptr<net::Listener> tcp_;  // until close() or stop_listening()
  Random* random_;
  DnsServerOptions options_;
  std::unique_ptr<Forwarder> forwarder_;
  std::shared_ptr<const NameIndex> names_;
  runtime::Gate gate_;
  DnsCounts counts_;
  size_t queries_ = 0;
  size_t connections_ = 0;
  runtime::IntrusiveList<TcpClient> clients_;
  runtime::Signal closing_;
};

}  // namespace weft::proxy
