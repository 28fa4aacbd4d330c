// Forwarder: passes DNS queries on to the host's resolver and brings back its answers, as they are but for the id.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/random.h"
#include "net/dns_message.h"
#include "proxy/names/resolver.h"
#include "runtime/gate.h"
#include "runtime/waiter.h"

namespace weft::proxy {

// One socket to the resolver, shared by all queries that are under way; an answer is taken only for the id and question
// that are waited for. Bounded in queries and in time. One reactor's thread.
class Forwarder {
 public:
  static constexpr size_t kPendingMax = 512;
  static constexpr Duration kTimeout = std::chrono::seconds(5);

  Forwarder(runtime::Reactor& reactor, Resolver& resolver, Random& random);
  ~Forwarder();

  // Asks over UDP; the answer carries the query's own id. Fails with `overflow`, `timed_out` or as the resolver did.
  // `message` is the query as it came, `query` what was read from it.
  runtime::Task<Result<std::string>> ask(const net::DnsQuery& query, std::string_view message);

  // The same over a TCP connection of its own, for answers that are too large for UDP.
  runtime::Task<Result<std::string>> ask_over_tcp(std::string_view message);

  // Ends what is under way. Before destruction.
  runtime::Task<void> close();

 private:
  // A query that waits for its answer; lives in the frame of ask().
  struct Pending {
    Pending(runtime::Reactor& reactor, const net::DnsQuery& its_query) : answered(reactor), query(&its_query) {}
    runtime::Waiter answered;
    const net::DnsQuery* query;
    std::string answer;
  };

  runtime::Task<Result<>> send(std::string_view message, Time deadline);
  runtime::Task<void> receive();
  void take(std::string_view answer);
  uint16_t free_id();

  runtime::Reactor* reactor_;
  Resolver* resolver_;
  Random* random_;
  runtime::Gate gate_;
  std::shared_ptr<net::DatagramSocket> socket_;
  std::unordered_map<uint16_t, Pending*> pending_;
  bool closing_ = false;
};

}  // namespace weft::proxy
