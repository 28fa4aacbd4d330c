// DataPlane: all worker shards of the proxy, seen from the main thread: takes configuration, works out which endpoints
// are in rotation, tells what is going on, drains.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/listening_sockets.h"
#include "proxy/accept/worker.h"
#include "proxy/config/snapshot_sink.h"
#include "proxy/connect/socket_file.h"
#include "proxy/health/active_checks.h"
#include "proxy/overload/memory_watch.h"

namespace weft::proxy {

// How to run. `make_sink` is called once a shard; the sinks are then used on their shards' threads.
struct DataPlaneOptions {
  uint32_t shards = 1;
  uint32_t clients_max = UINT32_MAX;  // connections, over all shards; while there are so many, none is accepted
  MemoryBudget memory;
  DialRules dialling;
  // Of what TLS begins by in a snapshot; called on the main thread. Empty: there is none.
  std::function<TlsContextsPtr(const decide::Snapshot&)> make_tls_contexts;
  std::function<std::unique_ptr<RecordSink>(uint32_t shard)> make_sink;  // empty: nothing is recorded
};

// Made by bin/ on the main thread, whose reactor it refers to; everything here is called there.
class DataPlane final : public SnapshotSink {
 public:
  // `sockets` outlives it.
  DataPlane(runtime::Reactor& main, const Clock& clock, net::ListeningSockets& sockets, DataPlaneOptions options);
  ~DataPlane() override;

  Result<> open(const decide::Listener& listener) override;
  runtime::Task<void> apply(decide::SnapshotPtr snapshot) override;
  runtime::Task<void> apply(std::vector<EndpointChange> changes) override;
  // Secrets have changed: new connections begin by new contexts once this ends.
  runtime::Task<void> renew_tls();

  uint32_t clients_max() const { return counts_.clients_max(); }
  const MemoryBudget& memory() const { return memory_.budget(); }
  // How often something new had to do without memory.
  uint64_t memory_refusals() const { return memory_.refusals(); }
  Pressure pressure() const { return pressure_; }
  // The shards' numbers, added up.
  runtime::Task<ShardStatus> status();
  // Runs `act` once on the thread of each shard, with its number; ends when all have. On none once all have ended.
  runtime::Task<void> on_every_shard(std::function<void(uint32_t shard)> act);
  std::vector<OutlierStatus> outliers() const { return rotations_.outliers(); }
  std::vector<CheckStatus> checks() const { return checks_.statuses(); }

  // Opens the doors, which are closed at first, for all listeners that are in force now and later.
  runtime::Task<void> start_accepting();
  // Closes them for good. Those who queue there already are served; the present connections go on.
  runtime::Task<void> stop_accepting();
  // The same, where a successor goes on at our sockets.
  runtime::Task<void> hand_over();

  // For a hot restart: the listening sockets.
  std::vector<net::OfferedSocket> sockets() const;
  // Looks for clients that the kernel has told another process of, which does not accept any more.
  runtime::Task<void> look_again();

  // From now on responses say "Connection: close"; new connections are still served.
  runtime::Task<void> drain();
  bool is_draining() const { return is_draining_; }
  // Drains, waits until the clients have left or the time is over, and ends all shards; configuration is taken
  // meanwhile. Afterwards there is nothing left to configure or ask.
  runtime::Task<void> shut_down(Duration drain_time);
  // Ends all connections where they are, and with them the wait of a shut_down().
  void cut();

 private:
  // A listening socket, and its file where it has one.
  struct OpenSocket {
    net::Fd fd;
    std::optional<OwnSocketFile> file;
  };

  Result<net::Fd> bind(const decide::Listener& listener);
  void own_file(const decide::EndpointAddress& address, OpenSocket& socket) const;
  // Runs `act` on every shard's thread and ends when all have.
  using Act = std::function<void(Worker&)>;
  runtime::Task<void> everywhere(Act act);
  runtime::Task<bool> finish(Time deadline);
  // Nobody waits until the shards have heard.
  void tell(RotationChanges changes);
  void take(const CheckVerdict& verdict);
  void follow(const RotationChanges& rotations);
  runtime::Task<void> warm(const decide::Snapshot* before, RotationChanges& rotations);
  void judge(uint32_t shard, const HealthReportBatch& reports);
  runtime::Task<void> sweep_loop();
  runtime::Task<void> watch_memory();

  runtime::Reactor* main_;
  net::ListeningSockets* sockets_;
  runtime::Gate calls_;  // everywhere()
  ClientCounts counts_;  // before the workers, who count in it
  std::function<TlsContextsPtr(const decide::Snapshot&)> make_tls_contexts_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::map<decide::EndpointAddress, OpenSocket> open_;  // one an address, from which all shards accept
  decide::SnapshotPtr applied_;
  Rotations rotations_;
  std::string private_folder_;
  NetworkDialer dialer_;
  Random random_;
  runtime::Signal checked_;  // health checks have found something
  ActiveChecks checks_;      // by dialer_ and random_
  MemoryWatch memory_;
  Pressure pressure_ = Pressure::none;
  runtime::Gate loops_;
  runtime::Signal ending_;
  runtime::Signal sweep_changed_;  // when the next sweep is due, or that it was the last
  bool is_serving_ = false;
  bool is_draining_ = false;
  bool is_ending_ = false;
};

}  // namespace weft::proxy
