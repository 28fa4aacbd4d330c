#include "proxy/accept/data_plane.h"

#include <algorithm>

#include <fcntl.h>

#include "net/listener.h"

namespace weft::proxy {
namespace {

// For a proxy that nobody watches.
class NoRecords final : public RecordSink {
 public:
  void write(const Exchange&) override {}
  void write(const TcpRecord&, const ClientFacts&) override {}
};

bool binds_at(const decide::Snapshot& snapshot, const decide::SocketAddress& address) {
  const decide::Listener* listener = snapshot.listener_at(address);
  return listener != nullptr && listener->binds;
}

net::Address local_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return net::Address::from_sockaddr(storage, size);
}

void add(ShardStatus& sum, const ShardStatus& shard) {
  sum.client_connections += shard.client_connections;
  sum.clients_accepted += shard.clients_accepted;
  sum.endpoint_connections_opened += shard.endpoint_connections_opened;
  sum.endpoint_connections_reused += shard.endpoint_connections_reused;
  if (sum.clusters.empty()) {
    sum.clusters = shard.clusters;
    return;
  }
  // Every shard has the same clusters and endpoints in the same order, unless one is a letter behind.
  for (size_t at = 0; at < std::min(sum.clusters.size(), shard.clusters.size()); ++at) {
    ShardStatus::Cluster& to = sum.clusters[at];
    const ShardStatus::Cluster& from = shard.clusters[at];
    to.limits.connections_max += from.limits.connections_max;
    to.limits.pending_max += from.limits.pending_max;
    to.limits.requests_max += from.limits.requests_max;
    to.limits.retries_max += from.limits.retries_max;
    to.in_use.connections += from.in_use.connections;
    to.in_use.pending += from.in_use.pending;
    to.in_use.requests += from.in_use.requests;
    to.in_use.retries += from.in_use.retries;
    for (size_t i = 0; i < std::min(to.endpoints.size(), from.endpoints.size()); ++i) {
      to.endpoints[i].active_requests += from.endpoints[i].active_requests;
      to.endpoints[i].successes += from.endpoints[i].successes;
      to.endpoints[i].failures += from.endpoints[i].failures;
    }
  }
}

}  // namespace

DataPlane::DataPlane(runtime::Reactor& main, const Clock& clock, DataPlaneOptions options)
    : main_(&main), inherited_(std::move(options.inherited_listeners)) {
  for (uint32_t shard = 0; shard < options.shards; ++shard) {
    auto sink = options.make_sink ? options.make_sink(shard) : std::make_unique<NoRecords>();
    workers_.push_back(
        std::make_unique<Worker>(clock, options.dialling, ShardShare{shard, options.shards}, std::move(sink)));
  }
}

DataPlane::~DataPlane() = default;

runtime::Task<void> DataPlane::everywhere(Act act) {
  if (is_ending_) co_return;  // a worker that ends opens no more letters
  runtime::Signal done(*main_);
  size_t left = workers_.size();
  for (auto& worker : workers_) {
    worker->post([this, &act, &done, &left, it = worker.get()] {
      act(*it);
      main_->mailbox().send([&done, &left] {
        if (--left == 0) done.set();
      });
    });
  }
  co_await done.wait();
}

// An inherited socket of this address, which all shards share; else a new one that shares its port.
Result<net::Fd> DataPlane::take_socket(const decide::SocketAddress& address) {
  const net::Address wanted = to_net(address);
  for (const auto& fd : inherited_) {
    if (local_address(fd.get()) != wanted) continue;
    fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
    return net::Fd(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  }
  return net::open_listening(wanted, {.sharing = net::PortSharing::shared});
}

Result<> DataPlane::open(const decide::Listener& listener) {
  if (std::ranges::find(open_addresses_, listener.address) != open_addresses_.end()) return {};
  std::vector<net::Fd> sockets;
  for (size_t at = 0; at < workers_.size(); ++at) {
    WEFT_TRY(auto socket, take_socket(listener.address));
    sockets.push_back(std::move(socket));
  }
  for (size_t at = 0; at < workers_.size(); ++at) {
    Worker* worker = workers_[at].get();
    worker->post([worker, address = listener.address, socket = std::move(sockets[at])]() mutable {
      worker->listen(address, std::move(socket));
    });
  }
  open_addresses_.push_back(listener.address);
  return {};
}

runtime::Task<void> DataPlane::apply(decide::SnapshotPtr snapshot) {
  // Sockets of listeners that go are closed by the workers; should the listener come back, it is bound anew.
  std::erase_if(open_addresses_, [&](const decide::SocketAddress& address) {
    return applied_ && binds_at(*applied_, address) && !binds_at(*snapshot, address);
  });
  applied_ = snapshot;
  co_await everywhere([&snapshot](Worker& worker) { worker.apply(snapshot); });
}

runtime::Task<void> DataPlane::apply(std::vector<EndpointChange> changes) {
  co_await everywhere([&changes](Worker& worker) { worker.apply(changes); });
}

runtime::Task<ShardStatus> DataPlane::status() {
  std::vector<ShardStatus> shards(workers_.size());
  co_await everywhere([&](Worker& worker) {
    const auto at = std::ranges::find_if(workers_, [&](const auto& one) { return one.get() == &worker; });
    shards[static_cast<size_t>(at - workers_.begin())] = worker.status();
  });
  ShardStatus sum;
  for (const auto& shard : shards) add(sum, shard);
  co_return sum;
}

void DataPlane::start_draining() {
  is_draining_ = true;
  for (auto& worker : workers_) {
    worker->post([it = worker.get()] { it->drain(); });
  }
}

runtime::Task<void> DataPlane::shut_down(Duration drain_time) {
  start_draining();
  is_ending_ = true;
  runtime::Signal done(*main_);
  size_t left = workers_.size();
  bool all_ended = true;
  const auto note_end = [&](bool has_ended) {
    all_ended = all_ended && has_ended;
    if (--left == 0) done.set();
  };
  const Time deadline = main_->clock().now() + drain_time;
  for (auto& worker : workers_) {
    worker->post([this, deadline, &note_end, it = worker.get()] {
      it->finish(deadline, [this, &note_end](bool has_ended) {
        main_->mailbox().send([&note_end, has_ended] { note_end(has_ended); });
      });
    });
  }
  co_await done.wait();
  for (auto& worker : workers_) {
    worker->stop();
    // What still waits, waits for ever: it is left as it is for the end of the process.
    if (!all_ended) (void)worker.release();
  }
  workers_.clear();
}

}  // namespace weft::proxy
