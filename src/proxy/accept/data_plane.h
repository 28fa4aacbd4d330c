// DataPlane: all worker shards of the proxy, seen from the main thread: takes configuration, tells what is going on,
// drains.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/fd.h"
#include "proxy/accept/worker.h"
#include "proxy/config/snapshot_sink.h"

namespace weft::proxy {

// How to run. `make_sink` is called once a shard; the sinks are then used on their shards' threads.
struct DataPlaneOptions {
  uint32_t shards = 1;
  DialRules dialling;
  std::vector<net::Fd> inherited_listeners;  // used for listeners with the same address instead of binding
  std::function<std::unique_ptr<RecordSink>(uint32_t shard)> make_sink;  // empty: nothing is recorded
};

// Made by bin/ on the main thread, whose reactor it refers to; everything here is called there.
class DataPlane final : public SnapshotSink {
 public:
  DataPlane(runtime::Reactor& main, const Clock& clock, DataPlaneOptions options);
  ~DataPlane() override;

  Result<> open(const decide::Listener& listener) override;
  runtime::Task<void> apply(decide::SnapshotPtr snapshot) override;
  runtime::Task<void> apply(std::vector<EndpointChange> changes) override;

  // The shards' numbers, added up.
  runtime::Task<ShardStatus> status();

  // From now on responses say "Connection: close" and idle connections end; new ones are still served.
  void start_draining();
  bool is_draining() const { return is_draining_; }
  // Drains, waits until the clients have left or the time is over, and ends all shards. Afterwards there is nothing
  // left to configure or ask.
  runtime::Task<void> shut_down(Duration drain_time);

 private:
  // Runs `act` on every shard's thread and ends when all have.
  using Act = std::function<void(Worker&)>;
  runtime::Task<void> everywhere(Act act);
  Result<net::Fd> take_socket(const decide::SocketAddress& address);

  runtime::Reactor* main_;
  std::vector<net::Fd> inherited_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<decide::SocketAddress> open_addresses_;
  decide::SnapshotPtr applied_;
  bool is_draining_ = false;
  bool is_ending_ = false;
};

}  // namespace weft::proxy
