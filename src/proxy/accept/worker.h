// Worker: one thread with its reactor and its shard: accepts connections, finds out what each is, and serves it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "net/listener.h"
#include "proxy/config/snapshot_sink.h"
#include "proxy/connect/dialer.h"
#include "proxy/http/exchange_pool.h"
#include "proxy/policy/record_sink.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::proxy {

// What one shard is doing. A value; shards are added up by DataPlane.
struct ShardStatus {
  // One endpoint of a cluster.
  struct Endpoint {
    std::string address;
    bool is_healthy = true;
    uint32_t weight = 1;
    uint32_t priority = 0;
    uint32_t active_requests = 0;
    uint64_t successes = 0;
    uint64_t failures = 0;
  };
  // One cluster; `limits` are the shard's share of them.
  struct Cluster {
    std::string name;
    InUse in_use;
    decide::Limits limits;
    std::vector<Endpoint> endpoints;
  };

  uint64_t client_connections = 0;  // open now
  uint64_t clients_accepted = 0;    // ever
  uint64_t endpoint_connections_opened = 0;
  uint64_t endpoint_connections_reused = 0;
  std::vector<Cluster> clusters;
};

// Made and destroyed on the main thread; everything but post() and the thread's own work happens there by letters.
class Worker {
 public:
  // `sink` outlives it and is used on its thread alone.
  Worker(const Clock& clock, const DialRules& rules, ShardShare share, std::unique_ptr<RecordSink> sink);
  ~Worker();

  // Runs the letter on the worker's thread. From any thread.
  void post(runtime::Mailbox::Letter letter) { reactor_.mailbox().send(std::move(letter)); }

  // All of these on the worker's thread.
  void apply(decide::SnapshotPtr snapshot);
  void apply(const std::vector<EndpointChange>& changes);
  // The socket of a listener, which serves as soon as a snapshot has that listener.
  void listen(const decide::SocketAddress& address, net::Fd listening);
  ShardStatus status() const;

  // Lets connections end after their present exchange, and idle ones at once; goes on accepting.
  void drain() { shard_.drain(); }
  // Waits until no client is left, or the deadline; then stops accepting and cuts what is left. `then` is told whether
  // everything has ended.
  using Then = std::move_only_function<void(bool has_ended)>;
  void finish(Time deadline, Then then) { runtime::spawn(finishing_, run_finish(deadline, std::move(then))); }

  // On the main thread: ends the worker's thread. Afterwards it can only be destroyed, and only if everything had
  // ended.
  void stop();

 private:
  // A socket of ours: waiting for its listener, or accepting for it.
  struct Door {
    net::Fd waiting;
    net::Listener* accepting = nullptr;  // owned by its accept loop
  };

  void open_doors();
  void close_doors();
  runtime::Task<void> accept_loop(decide::SocketAddress address, std::unique_ptr<net::Listener> listener);
  runtime::Task<void> serve(decide::SocketAddress accepted_at, std::unique_ptr<net::SocketStream> client);
  runtime::Task<void> sweep_loop();
  runtime::Task<void> run_finish(Time deadline, Then then);

  runtime::Reactor reactor_;
  NetworkDialer dialer_;
  std::unique_ptr<RecordSink> sink_;
  Shard shard_;
  ExchangePool exchanges_;  // after shard_: exchanges refer to it
  runtime::Gate loops_;     // accept and sweep loops
  runtime::Gate clients_;   // connections
  runtime::Gate finishing_;
  runtime::Signal stopping_;
  std::unordered_map<decide::SocketAddress, Door> doors_;
  uint64_t accepted_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace weft::proxy
