#include "proxy/accept/data_plane.h"

#include <algorithm>

#include <malloc.h>

#include "base/log.h"

namespace weft::proxy {
namespace {

// For a proxy that nobody watches.
class NoRecords final : public RecordSink {
 public:
  void write(const Exchange&) override {}
  void write(const TcpRecord&, const ClientFacts&) override {}
};

// How long it is until the next look at the memory in use. What unfinished requests take meanwhile has a watch of its
// own.
Duration until_next_look(uint64_t used, uint64_t limit) {
  return std::chrono::milliseconds(used < limit / 4 * 3 ? 250 : 100);
}

bool binds_at(const decide::Snapshot& snapshot, const decide::EndpointAddress& address) {
  const decide::Listener* listener = snapshot.listener_at(address);
  return listener != nullptr && listener->binds;
}

void add(ShardStatus& sum, const ShardStatus& shard) {
  sum.client_connections += shard.client_connections;
  sum.clients_accepted += shard.clients_accepted;
  sum.clients_handed_over += shard.clients_handed_over;
  sum.accept_pauses += shard.accept_pauses;
  sum.accept_overloads += shard.accept_overloads;
  sum.clients_gone += shard.clients_gone;
  sum.clients_cut += shard.clients_cut;
  sum.client_handshakes += shard.client_handshakes;
  sum.endpoint_handshakes += shard.endpoint_handshakes;
  sum.clients_ended += shard.clients_ended;
  sum.endpoints_ended += shard.endpoints_ended;
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

DataPlane::DataPlane(runtime::Reactor& main, const Clock& clock, net::ListeningSockets& sockets,
                     DataPlaneOptions options)
    : main_(&main),
      sockets_(&sockets),
      calls_(main),
      counts_(options.shards, options.clients_max),
      make_tls_contexts_(std::move(options.make_tls_contexts)),
      private_folder_(options.dialling.private_folder),
      dialer_(main, options.dialling),
      random_(seed_from_kernel()),
      checked_(main),
      checks_(main, dialer_, random_,
              [this](const CheckVerdict& verdict) { main_->mailbox().send([this, verdict] { take(verdict); }); }),
      memory_(std::move(options.memory), clock),
      loops_(main),
      ending_(main),
      sweep_changed_(main) {
  for (uint32_t shard = 0; shard < options.shards; ++shard) {
    auto send_reports = [this, shard](HealthReportBatch reports) {
      main_->mailbox().send([this, shard, taken = std::move(reports)] { judge(shard, taken); });
    };
    workers_.push_back(std::make_unique<Worker>(
        WorkerParts{.clock = clock,
                    .dialling = options.dialling,
                    .share = {shard, options.shards},
                    .clients = counts_,
                    .all = workers_,
                    .sink = options.make_sink ? options.make_sink(shard) : std::make_unique<NoRecords>(),
                    .send_reports = std::move(send_reports),
                    .memory = memory().limit() > 0 ? &memory_ : nullptr}));
  }
  runtime::spawn(loops_, sweep_loop());
  if (memory().limit() > 0) runtime::spawn(loops_, watch_memory());
}

DataPlane::~DataPlane() = default;

runtime::Task<void> DataPlane::everywhere(Act act) {
  if (is_ending_) co_return;  // a worker that ends opens no more letters
  const auto pass = calls_.enter();
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

Result<net::Fd> DataPlane::bind(const decide::Listener& listener) {
  const auto& address = listener.address;
  if (!address.is_socket_file()) return sockets_->stream(to_net(address), {.sharing = net::PortSharing::shared});
  return listen_at_socket_file(*sockets_, address.socket_file, listener.file_mode, private_folder_);
}

// Before it serves, a predecessor may do so at these very files.
void DataPlane::own_file(const decide::EndpointAddress& address, OpenSocket& socket) const {
  if (is_serving_ && address.is_socket_file()) socket.file.emplace(address.socket_file);
}

Result<> DataPlane::open(const decide::Listener& listener) {
  if (open_.contains(listener.address)) return {};
  WEFT_TRY(net::Fd socket, bind(listener));
  std::vector<net::Fd> copies;
  for (size_t at = 0; at < workers_.size(); ++at) {
    WEFT_TRY(auto copy, net::duplicate(socket.get()));
    copies.push_back(std::move(copy));
  }
  for (size_t at = 0; at < workers_.size(); ++at) {
    workers_[at]->post([worker = workers_[at].get(), address = listener.address,
                        copy = std::move(copies[at])]() mutable { worker->listen(address, std::move(copy)); });
  }
  OpenSocket& opened = open_[listener.address];
  opened.fd = std::move(socket);
  own_file(listener.address, opened);
  return {};
}

runtime::Task<void> DataPlane::apply(decide::SnapshotPtr snapshot) {
  // The workers close their copies, too; should the listener come back, it is bound anew.
  std::erase_if(open_, [&](const auto& socket) {
    return applied_ && binds_at(*applied_, socket.first) && !binds_at(*snapshot, socket.first);
  });
  const decide::SnapshotPtr before = std::exchange(applied_, snapshot);
  RotationChanges rotations = rotations_.apply(*snapshot, main_->now());
  checks_.keep(*snapshot);
  follow(rotations);
  co_await warm(before.get(), rotations);
  const TlsContextsPtr contexts = make_tls_contexts_ ? make_tls_contexts_(*snapshot) : nullptr;
  co_await everywhere([&](Worker& worker) { worker.apply(snapshot, contexts, rotations); });
}

runtime::Task<void> DataPlane::renew_tls() {
  if (!applied_ || !make_tls_contexts_) co_return;
  const TlsContextsPtr contexts = make_tls_contexts_(*applied_);
  co_await everywhere([&](Worker& worker) { worker.take(contexts); });
}

runtime::Task<void> DataPlane::apply(std::vector<EndpointChange> changes) {
  RotationChanges rotations;
  for (auto& [cluster, endpoints] : changes) {
    auto rotation = rotations_.apply(cluster, std::move(endpoints), main_->now());
    if (rotation) rotations.push_back(*std::move(rotation));
  }
  follow(rotations);
  co_await everywhere([&](Worker& worker) { worker.apply(rotations); });
}

void DataPlane::follow(const RotationChanges& rotations) {
  for (const auto& [cluster, rotation] : rotations) checks_.follow(cluster, *rotation);
}

// A cluster that the shards do not know comes with its endpoints' first checks done, as Envoy's warming has it: else
// its first requests would find nobody in service. `rotations` become what follows from these checks.
runtime::Task<void> DataPlane::warm(const decide::Snapshot* before, RotationChanges& rotations) {
  // Checks with longer time-outs do not hold up the configuration of everything else.
  constexpr Duration kWarmingMax = std::chrono::seconds(5);
  const Time deadline = main_->now() + kWarmingMax;
  const auto is_awaited = [&](const RotationChange& change) {
    const uint32_t id = change.cluster.value();
    const bool is_known = before != nullptr && id < before->clusters.size() && before->clusters[id];
    return !is_known && !checks_.is_settled(change.cluster);
  };
  while (!is_ending_ && main_->now() < deadline && std::ranges::any_of(rotations, is_awaited)) {
    checked_.reset();
    co_await checked_.wait(deadline);
  }
  for (auto& [cluster, rotation] : rotations) rotation = rotations_.rotation_of(cluster);
}

void DataPlane::take(const CheckVerdict& verdict) {
  if (is_ending_) return;
  if (auto change = rotations_.take(verdict, main_->now())) {
    checks_.follow(change->cluster, *change->rotation);
    tell({*std::move(change)});
  }
  checked_.set();
}

void DataPlane::judge(uint32_t shard, const HealthReportBatch& reports) {
  if (is_ending_) return;
  for (const HealthReport& report : reports) {
    if (!report.cause) checks_.note_traffic(report.cluster);
  }
  tell(rotations_.judge(reports, main_->now()));
  workers_[shard]->post([it = workers_[shard].get()] { it->reports_taken(); });
  sweep_changed_.set();
}

void DataPlane::tell(RotationChanges changes) {
  if (changes.empty()) return;
  const auto told = std::make_shared<const RotationChanges>(std::move(changes));
  for (auto& worker : workers_) worker->post([it = worker.get(), told] { it->apply(*told); });
}

runtime::Task<void> DataPlane::sweep_loop() {
  while (!is_ending_) {
    co_await sweep_changed_.wait(rotations_.next_sweep().value_or(runtime::kNever));
    sweep_changed_.reset();
    if (!is_ending_) tell(rotations_.sweep(main_->now()));
  }
}

runtime::Task<void> DataPlane::watch_memory() {
  const uint64_t limit = memory().limit();
  uint64_t used = 0;
  while (co_await ending_.wait(main_->now() + until_next_look(used, limit)) == runtime::Wait::timed_out) {
    used = memory_.look();
    const Pressure before = std::exchange(pressure_, pressure_at(used, limit, pressure_));
    if (pressure_ != before)
      log::warn("memory: {} of {} bytes in use, step {} of 3", used, limit, static_cast<int>(pressure_));
    if (pressure_ == Pressure::none && before == Pressure::none) continue;
    co_await everywhere([step = pressure_](Worker& worker) { worker.press(step); });
    malloc_trim(0);  // what was freed goes back to the kernel, or the pressure would stay
  }
}

runtime::Task<ShardStatus> DataPlane::status() {
  std::vector<ShardStatus> shards(workers_.size());
  co_await on_every_shard([&](uint32_t shard) { shards[shard] = workers_[shard]->status(); });
  ShardStatus sum;
  for (const auto& shard : shards) add(sum, shard);
  co_return sum;
}

runtime::Task<void> DataPlane::on_every_shard(std::function<void(uint32_t shard)> act) {
  co_await everywhere([&](Worker& worker) {
    const auto at = std::ranges::find_if(workers_, [&](const auto& one) { return one.get() == &worker; });
    act(static_cast<uint32_t>(at - workers_.begin()));
  });
}

runtime::Task<void> DataPlane::start_accepting() {
  is_serving_ = true;
  for (auto& [address, socket] : open_) own_file(address, socket);
  co_await everywhere([](Worker& worker) { worker.start_accepting(); });
}

runtime::Task<void> DataPlane::hand_over() {
  for (auto& [address, socket] : open_) {
    if (socket.file) socket.file->leave();
  }
  co_await stop_accepting();
}

runtime::Task<void> DataPlane::stop_accepting() {
  open_.clear();
  co_await everywhere([](Worker& worker) { worker.stop_accepting(); });
}

std::vector<net::OfferedSocket> DataPlane::sockets() const {
  std::vector<net::OfferedSocket> offered;
  for (const auto& [address, socket] : open_)
    offered.push_back({net::SocketKind::stream, to_net(address), socket.fd.get()});
  return offered;
}

runtime::Task<void> DataPlane::look_again() {
  co_await everywhere([](Worker& worker) { worker.look_again(); });
}

runtime::Task<void> DataPlane::drain() {
  is_draining_ = true;
  co_await everywhere([](Worker& worker) { worker.drain(); });
}

void DataPlane::cut() {
  for (auto& worker : workers_) worker->post([it = worker.get()] { it->cut(); });
}

runtime::Task<void> DataPlane::shut_down(Duration drain_time) {
  co_await drain();  // all of them, before one may end: who drains hands no connection to another
  const bool all_ended = co_await finish(main_->clock().now() + drain_time);
  is_ending_ = true;
  checks_.end();
  checked_.set();
  ending_.set();
  co_await calls_.close();
  sweep_changed_.set();
  co_await loops_.close();
  for (auto& worker : workers_) {
    worker->stop();
    // What still waits, waits for ever: it is left as it is for the end of the process.
    if (!all_ended) (void)worker.release();
  }
  workers_.clear();
}

// True when nothing is left of any connection.
runtime::Task<bool> DataPlane::finish(Time deadline) {
  runtime::Signal done(*main_);
  size_t left = workers_.size();
  bool all_ended = true;
  const auto note_end = [&](bool has_ended) {
    all_ended = all_ended && has_ended;
    if (--left == 0) done.set();
  };
  for (auto& worker : workers_) {
    worker->post([this, deadline, &note_end, it = worker.get()] {
      it->finish(deadline, [this, &note_end](bool has_ended) {
        main_->mailbox().send([&note_end, has_ended] { note_end(has_ended); });
      });
    });
  }
  co_await done.wait();
  co_return all_ended;
}

}  // namespace weft::proxy
