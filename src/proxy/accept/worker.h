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
#include "proxy/accept/client_counts.h"
#include "proxy/accept/client_session.h"
#include "proxy/config/snapshot_sink.h"
#include "proxy/connect/dialer.h"
#include "proxy/connect/handshake_counts.h"
#include "proxy/connect/proven.h"
#include "proxy/health/report_queue.h"
#include "proxy/health/rotations.h"
#include "proxy/http/exchange_pool.h"
#include "proxy/overload/accept_pace.h"
#include "proxy/policy/record_sink.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::proxy {

class Worker;

// What one shard is doing. A value; shards are added up by DataPlane.
struct ShardStatus {
  // One endpoint of a cluster.
  struct Endpoint {
    std::string address;
    HealthFlags flags;
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

  uint64_t client_connections = 0;   // open now
  uint64_t clients_accepted = 0;     // ever
  uint64_t clients_handed_over = 0;  // of these, to other shards
  uint64_t accept_pauses = 0;        // for want of descriptors or memory
  uint64_t accept_overloads = 0;     // times that more clients came than could be served
  uint64_t clients_gone = 0;         // by then, before their turn
  uint64_t clients_cut = 0;          // for want of memory
  HandshakeCounts client_handshakes;
  HandshakeCounts endpoint_handshakes;
  EndedConnections clients_ended;  // for their certificates
  EndedConnections endpoints_ended;
  uint64_t endpoint_connections_opened = 0;
  uint64_t endpoint_connections_reused = 0;
  std::vector<Cluster> clusters;
};

// What a worker is given. References outlive it.
struct WorkerParts {
  const Clock& clock;
  const DialRules& dialling;
  ShardShare share;
  ClientCounts& clients;
  const std::vector<std::unique_ptr<Worker>>& all;  // to hand connections to; complete before a listener opens
  std::unique_ptr<RecordSink> sink;                 // used on its thread alone
  ReportQueue::Send send_reports;                   // likewise
  MemoryGuard* memory;                              // nullptr: there is no limit
};

// Made and destroyed on the main thread; everything but post() and the thread's own work happens there by letters.
class Worker {
 public:
  explicit Worker(WorkerParts parts);
  ~Worker();

  // Runs the letter on the worker's thread. From any thread.
  void post(runtime::Mailbox::Letter letter) { reactor_.mailbox().send(std::move(letter)); }

  // All of these on the worker's thread.
  void apply(decide::SnapshotPtr snapshot, TlsContextsPtr contexts, const RotationChanges& rotations);
  void take(TlsContextsPtr contexts) { shard_.take(std::move(contexts)); }
  void apply(const RotationChanges& rotations);
  // The last batch of health reports has been taken.
  void reports_taken() { reports_.taken(); }
  // The socket of a listener, which serves as soon as a snapshot has that listener.
  void listen(const decide::EndpointAddress& address, net::Fd listening);
  ShardStatus status() const;

  // Its doors are closed at first, open for the listeners of the snapshot from here on, and then closed for good; who
  // queues outside at that moment is served.
  void start_accepting();
  void stop_accepting();

  // The process's memory has come to this; told again while it is short.
  void press(Pressure pressure);

  // Tries to accept, whatever the kernel has told.
  void look_again();

  // Lets each connection end after its next response; goes on accepting.
  void drain() { shard_.drain(); }
  // Closes the doors and ends every connection where it is.
  void cut();
  // Waits until no client is left, or the deadline; then closes the doors and cuts what is left. `then` is told whether
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
    AcceptedAt address;                  // of those whom it accepts
  };

  enum class Doors : uint8_t { not_yet, open, closed };

  void open_doors();
  bool may_accept() const { return counts_->has_room() && shard_.pressure != Pressure::closed; }
  void cut_slowest();
  bool is_bound(const decide::EndpointAddress& address) const;
  void serve_queue(Door& door);
  runtime::Task<void> accept_loop(AcceptedAt address, std::unique_ptr<net::Listener> listener);
  Result<net::Fd> next_client(net::Listener& listener);
  void shorten_queue(net::Listener& listener);
  void lengthen_queue(net::Listener& listener);
  void take_up(const AcceptedAt& accepted_at, net::Fd client, const AcceptPace& pace);
  runtime::Task<void> pause_accepting();
  void place(const AcceptedAt& accepted_at, net::Fd client);
  runtime::Task<void> sweep_loop();
  runtime::Task<void> run_finish(Time deadline, Then then);

  runtime::Reactor reactor_;
  NetworkDialer dialer_;
  ClientCounts* counts_;
  const std::vector<std::unique_ptr<Worker>>* all_;
  uint32_t index_;
  std::unique_ptr<RecordSink> sink_;
  ReportQueue reports_;
  Shard shard_;
  ExchangePool exchanges_;  // after shard_: exchanges refer to it
  runtime::Gate loops_;     // accept and sweep loops
  runtime::Gate clients_;   // connections
  runtime::Gate finishing_;
  runtime::Signal stopping_;
  runtime::Signal room_;  // a client has left
  ClientSessions sessions_;
  std::unordered_map<decide::EndpointAddress, Door> doors_;
  Doors state_of_doors_ = Doors::not_yet;
  uint64_t accepted_ = 0;
  uint64_t handed_over_ = 0;
  uint64_t pauses_ = 0;
  uint64_t overloads_ = 0;
  uint64_t gone_ = 0;
  uint64_t cut_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace weft::proxy
