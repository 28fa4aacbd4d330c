#include "proxy/accept/worker.h"

#include <algorithm>

#include "base/log.h"
#include "runtime/next_turn.h"
#include "runtime/turn_budget.h"

namespace weft::proxy {
namespace {

constexpr Duration kSweepInterval = std::chrono::seconds(1);
// Between two looks whether there are descriptors again: long enough not to spin, short enough not to be noticed.
constexpr Duration kAcceptPause = std::chrono::milliseconds(50);
// For connections that were cut to wind up.
constexpr Duration kCutTime = std::chrono::seconds(1);

}  // namespace

Worker::Worker(WorkerParts parts)
    : reactor_(parts.clock),
      dialer_(reactor_, parts.dialling),
      counts_(&parts.clients),
      all_(&parts.all),
      index_(parts.share.index),
      sink_(std::move(parts.sink)),
      reports_(std::move(parts.send_reports)),
      shard_(reactor_, dialer_, seed_from_kernel(), parts.share, &reports_),
      exchanges_(shard_),
      loops_(reactor_),
      clients_(reactor_),
      finishing_(reactor_),
      stopping_(reactor_),
      room_(reactor_),
      sessions_({shard_, *sink_, exchanges_}, clients_, room_) {
  shard_.memory = parts.memory;
  shard_.apply(std::make_shared<decide::Snapshot>());
  thread_ = std::thread([this] { reactor_.run(); });
  post([this] { runtime::spawn(loops_, sweep_loop()); });
}

Worker::~Worker() {
  stop();
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  reactor_.stop();
  thread_.join();
}

void Worker::apply(decide::SnapshotPtr snapshot, TlsContextsPtr contexts, const RotationChanges& rotations) {
  shard_.take(std::move(contexts));
  shard_.apply(std::move(snapshot));
  apply(rotations);
  open_doors();
}

void Worker::apply(const RotationChanges& rotations) {
  for (const auto& [cluster, rotation] : rotations) shard_.clusters.at_id(cluster).take(rotation, shard_.random);
}

void Worker::listen(const decide::EndpointAddress& address, net::Fd listening) {
  Door& door = doors_[address];
  if (!door.address) door.address = std::make_shared<const decide::EndpointAddress>(address);
  if (door.accepting == nullptr) door.waiting = std::move(listening);
}

void Worker::start_accepting() {
  if (state_of_doors_ == Doors::not_yet) state_of_doors_ = Doors::open;
  open_doors();
}

bool Worker::is_bound(const decide::EndpointAddress& address) const {
  const decide::Listener* listener = shard_.snapshot->listener_at(address);
  return listener != nullptr && listener->binds;
}

// Sockets whose listener is in force begin to accept; those whose listener is gone stop.
void Worker::open_doors() {
  if (state_of_doors_ != Doors::open) return;
  for (auto& [address, door] : doors_) {
    if (door.accepting != nullptr && !is_bound(address)) door.accepting->cancel();
    if (!door.waiting.is_open() || !is_bound(address)) continue;
    auto listener = std::make_unique<net::Listener>(reactor_, std::move(door.waiting), runtime::Watching::shared);
    door.accepting = listener.get();
    runtime::spawn(loops_, accept_loop(door.address, std::move(listener)));
  }
}

runtime::Task<void> Worker::accept_loop(AcceptedAt address, std::unique_ptr<net::Listener> listener) {
  listener->limit_queue(AcceptPace::kQueue);  // who listened here before may have made it short
  AcceptPace pace;
  runtime::TurnBudget budget(reactor_, AcceptPace::kPerTurn);
  while (!listener->is_cancelled()) {
    auto client = next_client(*listener);
    if (!client) {
      pace.pauses();
      co_await pause_accepting();
    } else if (!client->is_open()) {
      if (pace.caught_up(reactor_.now())) lengthen_queue(*listener);
      co_await listener->arrival(pace.look_at().value_or(runtime::kNever));
    } else {
      take_up(address, *std::move(client), pace);
      if (!budget.is_spent()) continue;
      if (pace.left_some(reactor_.now())) shorten_queue(*listener);
      co_await runtime::NextTurn(reactor_);
    }
  }
  const auto door = doors_.find(*address);
  if (door != doors_.end() && door->second.accepting == listener.get()) doors_.erase(door);
}

Result<net::Fd> Worker::next_client(net::Listener& listener) {
  if (!may_accept()) return fail(Reason::overflow, "there are as many clients as there may be");
  return listener.try_accept();
}

void Worker::shorten_queue(net::Listener& listener) {
  ++overloads_;
  listener.limit_queue(AcceptPace::kShortQueue);
  log::warn("{}: more clients connect than can be served, those beyond {} wait outside",
            listener.local_address().to_string(), AcceptPace::kShortQueue);
}

void Worker::lengthen_queue(net::Listener& listener) {
  listener.limit_queue(AcceptPace::kQueue);
  log::info("{}: clients are served again as they connect", listener.local_address().to_string());
}

// While there are too many, nothing is done for those who have gone. That a client has closed its side alone is rare,
// and means the same then.
void Worker::take_up(const AcceptedAt& accepted_at, net::Fd client, const AcceptPace& pace) {
  if (pace.is_overloaded() && net::has_left(client.get())) {
    ++gone_;
  } else {
    place(accepted_at, std::move(client));
  }
}

// Until a client of ours has left, or for a moment: clients of other shards leave, too.
runtime::Task<void> Worker::pause_accepting() {
  ++pauses_;
  room_.reset();
  co_await room_.wait(reactor_.now() + kAcceptPause);
}

// While a shard drains it keeps what it accepts, since the others may have ended already.
void Worker::place(const AcceptedAt& accepted_at, net::Fd client) {
  ++accepted_;
  auto place = shard_.is_draining ? ClientCounts::Place(*counts_, index_) : counts_->place(index_);
  if (place.shard() == index_) return sessions_.begin(accepted_at, std::move(client), std::move(place));
  ++handed_over_;
  Worker* const other = (*all_)[place.shard()].get();
  other->post([other, accepted_at, client = std::move(client), place = std::move(place)]() mutable {
    other->sessions_.begin(accepted_at, std::move(client), std::move(place));
  });
}

runtime::Task<void> Worker::sweep_loop() {
  while (co_await stopping_.wait(reactor_.now() + kSweepInterval) == runtime::Wait::timed_out) {
    shard_.pools.sweep();
    shard_.check_identity();
    for (const auto& cluster : shard_.clusters.all()) {
      if (cluster) cluster->forget_unused();
    }
  }
}

void Worker::press(Pressure pressure) {
  const bool begins_to_shed = pressure >= Pressure::shedding && shard_.pressure < Pressure::shedding;
  shard_.pressure = pressure;
  if (pressure == Pressure::none) return;
  shard_.pools.close_idle();
  shard_.pools.drop_spares();
  shard_.relay_pool.drop_spares();
  exchanges_.drop_spares();
  if (begins_to_shed) shard_.say_goodbye();
  if (pressure == Pressure::closed) cut_slowest();
  runtime::FramePool::drop_spares();
}

// Of the clients that let responses queue up, an eighth goes, those with most in their queues: so several rounds pass
// before many are lost, and each frees what it can.
void Worker::cut_slowest() {
  std::vector<std::pair<size_t, Cuttable*>> queues;
  shard_.for_each_session([&](Cuttable& session) {
    if (const size_t untaken = session.untaken_bytes(); untaken > 0) queues.emplace_back(untaken, &session);
  });
  const size_t count = (queues.size() + 7) / 8;
  std::ranges::nth_element(queues, queues.begin() + static_cast<ptrdiff_t>(count), std::ranges::greater());
  for (size_t at = 0; at < count; ++at) queues[at].second->cut();
  cut_ += count;
}

void Worker::look_again() {
  for (auto& [address, door] : doors_) {
    if (door.accepting != nullptr) door.accepting->look_again();
  }
}

void Worker::stop_accepting() {
  state_of_doors_ = Doors::closed;
  for (auto& [address, door] : doors_) {
    door.waiting.reset();
    if (door.accepting == nullptr || door.accepting->is_cancelled()) continue;
    serve_queue(door);
    door.accepting->cancel();
  }
}

// Clients whom the kernel has accepted for us already are served, not reset.
void Worker::serve_queue(Door& door) {
  net::Listener& listener = *door.accepting;
  for (auto client = listener.try_accept(); client && client->is_open(); client = listener.try_accept())
    place(door.address, *std::move(client));
}

void Worker::cut() {
  stop_accepting();
  shard_.cut();
}

runtime::Task<void> Worker::run_finish(Time deadline, Then then) {
  co_await clients_.close(deadline);
  stopping_.set();
  stop_accepting();
  shard_.end_idle();
  co_await clients_.close(std::max(deadline, reactor_.now() + kCutTime));
  shard_.cut();
  const Time end = reactor_.now() + kCutTime;
  const bool clients_ended = co_await clients_.close(end);
  const bool loops_ended = co_await loops_.close(end);
  shard_.pools.close_idle();
  then(clients_ended && loops_ended);
}

ShardStatus Worker::status() const {
  ShardStatus status{.client_connections = clients_.inside(),
                     .clients_accepted = accepted_,
                     .clients_handed_over = handed_over_,
                     .accept_pauses = pauses_,
                     .accept_overloads = overloads_,
                     .clients_gone = gone_,
                     .clients_cut = cut_,
                     .client_handshakes = shard_.handshakes,
                     .endpoint_handshakes = shard_.pools.handshakes(),
                     .clients_ended = shard_.proven.ended(),
                     .endpoints_ended = shard_.pools.ended(),
                     .endpoint_connections_opened = shard_.pools.opened(),
                     .endpoint_connections_reused = shard_.pools.reused()};
  for (const auto& cluster : shard_.clusters.all()) {
    if (!cluster || cluster->config() == nullptr) continue;
    ShardStatus::Cluster& one = status.clusters.emplace_back();
    one.name = cluster->config()->name;
    one.in_use = cluster->in_use;
    one.limits = cluster->limits();
    for (const auto& endpoint : cluster->endpoints()) {
      one.endpoints.push_back({endpoint->text, endpoint->flags, endpoint->weight, endpoint->priority,
                               endpoint->active_requests, endpoint->successes, endpoint->failures});
    }
  }
  return status;
}

}  // namespace weft::proxy
