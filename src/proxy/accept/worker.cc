#include "proxy/accept/worker.h"

#include <algorithm>

#include <sys/socket.h>

#include "base/log.h"
#include "proxy/accept/client_session.h"

namespace weft::proxy {
namespace {

constexpr Duration kSweepInterval = std::chrono::seconds(1);
// When descriptors have run out: long enough not to spin, short enough not to be noticed.
constexpr Duration kAcceptPause = std::chrono::milliseconds(50);
// For connections that were cut to wind up.
constexpr Duration kCutTime = std::chrono::seconds(1);

}  // namespace

Worker::Worker(const Clock& clock, const DialRules& rules, ShardShare share, std::unique_ptr<RecordSink> sink)
    : reactor_(clock),
      dialer_(reactor_, rules),
      sink_(std::move(sink)),
      shard_(reactor_, dialer_, seed_from_kernel(), share),
      exchanges_(shard_),
      loops_(reactor_),
      clients_(reactor_),
      finishing_(reactor_),
      stopping_(reactor_) {
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

void Worker::apply(decide::SnapshotPtr snapshot) {
  shard_.apply(std::move(snapshot));
  open_doors();
}

void Worker::apply(const std::vector<EndpointChange>& changes) {
  for (const auto& change : changes) shard_.clusters.at_id(change.cluster).set_endpoints(*change.endpoints);
}

void Worker::listen(const decide::SocketAddress& address, net::Fd listening) {
  Door& door = doors_[address];
  if (door.accepting == nullptr) door.waiting = std::move(listening);
}

// Sockets whose listener is in force begin to accept; those whose listener is gone stop.
void Worker::open_doors() {
  const auto is_bound = [&](const decide::SocketAddress& address) {
    const decide::Listener* listener = shard_.snapshot->listener_at(address);
    return listener != nullptr && listener->binds;
  };
  for (auto& [address, door] : doors_) {
    if (door.accepting != nullptr && !is_bound(address)) door.accepting->cancel();
    if (!door.waiting.is_open() || !is_bound(address)) continue;
    auto listener = net::Listener::adopt(reactor_, std::move(door.waiting));
    if (!listener) {
      log::error("cannot listen at {}: {}", address.to_string(), listener.error().detail);
      continue;
    }
    door.accepting = listener->get();
    runtime::spawn(loops_, accept_loop(address, *std::move(listener)));
  }
}

runtime::Task<void> Worker::accept_loop(decide::SocketAddress address, std::unique_ptr<net::Listener> listener) {
  for (;;) {
    auto client = co_await listener->accept();
    if (client) {
      ++accepted_;
      runtime::spawn(clients_, serve(address, *std::move(client)));
      continue;
    }
    if (client.error().reason == Reason::cancelled) break;
    if (co_await stopping_.wait(reactor_.now() + kAcceptPause) == runtime::Wait::ready) break;
  }
  const auto door = doors_.find(address);
  if (door != doors_.end() && door->second.accepting == listener.get()) doors_.erase(door);
}

runtime::Task<void> Worker::serve(decide::SocketAddress accepted_at, std::unique_ptr<net::SocketStream> client) {
  return serve_client({shard_, *sink_, exchanges_}, accepted_at, std::move(client));
}

runtime::Task<void> Worker::sweep_loop() {
  while (co_await stopping_.wait(reactor_.now() + kSweepInterval) == runtime::Wait::timed_out) {
    shard_.pools.sweep();
    for (const auto& cluster : shard_.clusters.all()) {
      if (cluster) cluster->forget_unused();
    }
  }
}

// Clients that the kernel has accepted for us already are served, not reset.
void Worker::close_doors() {
  for (auto& [address, door] : doors_) {
    if (door.accepting == nullptr) continue;
    for (;;) {
      net::Fd client(accept4(door.accepting->fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!client.is_open()) break;
      runtime::spawn(clients_, serve(address, std::make_unique<net::SocketStream>(reactor_, std::move(client))));
    }
    door.accepting->cancel();
  }
}

runtime::Task<void> Worker::run_finish(Time deadline, Then then) {
  co_await clients_.close(deadline);
  stopping_.set();
  close_doors();
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
                     .endpoint_connections_opened = shard_.pools.opened(),
                     .endpoint_connections_reused = shard_.pools.reused()};
  for (const auto& cluster : shard_.clusters.all()) {
    if (!cluster || cluster->config() == nullptr) continue;
    ShardStatus::Cluster& one = status.clusters.emplace_back();
    one.name = cluster->config()->name;
    one.in_use = cluster->in_use;
    one.limits = cluster->limits();
    for (const auto& endpoint : cluster->endpoints()) {
      one.endpoints.push_back({endpoint->text, endpoint->is_healthy, endpoint->weight, endpoint->priority,
                               endpoint->active_requests, endpoint->successes, endpoint->failures});
    }
  }
  return status;
}

}  // namespace weft::proxy
