// Shard: what one worker thread decides and sends by: its snapshot, its clusters with their balancers, its connections,
// its randomness. Everything in it is touched by that thread alone: no locks, no atomics.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/memory_guard.h"
#include "base/random.h"
#include "decide/snapshot.h"
#include "decide/token/token_judge.h"
#include "net/relay_pool.h"
#include "proxy/balance/clusters.h"
#include "proxy/connect/pools.h"
#include "proxy/overload/pressure.h"
#include "runtime/background.h"
#include "runtime/reactor.h"

namespace weft::proxy {

// Holds a snapshot for one request or connection within a shard: a plain counter beside the snapshot. What it points to
// stays as it is until the last holder lets go.
class SnapshotRef {
 public:
  SnapshotRef() = default;
  explicit SnapshotRef(decide::SnapshotPtr snapshot) : held_(new Held{std::move(snapshot), 1}) {}
  SnapshotRef(const SnapshotRef& other) : held_(other.held_) {
    if (held_ != nullptr) ++held_->references;
  }
  SnapshotRef(SnapshotRef&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  SnapshotRef& operator=(SnapshotRef other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~SnapshotRef() {
    if (held_ != nullptr && --held_->references == 0) delete held_;
  }

  const decide::Snapshot* operator->() const { return held_->snapshot.get(); }
  const decide::Snapshot& operator*() const { return *held_->snapshot; }
  explicit operator bool() const { return held_ != nullptr; }
  bool operator==(const SnapshotRef& other) const { return held_ == other.held_; }

 private:
  // A snapshot with its own count of references, which only this shard's thread touches.
  struct Held {
    decide::SnapshotPtr snapshot;
    uint32_t references;
  };
  Held* held_ = nullptr;
};

// A client's connection as a drain sees it. Linked into its shard for as long as it lives.
class Drainable : public runtime::Link<Drainable> {
 public:
  // From now on the connection ends after its next response, which says so; one without a request stays.
  virtual void drain() = 0;
  // The time to drain is over: one that waits for a request ends, unless its request has just come.
  virtual void end_idle() = 0;

 protected:
  ~Drainable() = default;
};

// Anything of a client that can be ended from outside when the time to drain is over. Linked like Drainable.
class Cuttable : public runtime::Link<Cuttable> {
 public:
  virtual void cut() = 0;
  // How much of what was sent to the client it has not taken yet: what the kernel holds for it.
  virtual size_t untaken_bytes() const = 0;

 protected:
  ~Cuttable() = default;
};

// Owned by the worker that runs the reactor.
struct Shard {
  // `reports` outlives it; nullptr: nobody is told of failures.
  Shard(runtime::Reactor& its_reactor, Dialer& dialer, uint64_t seed, ShardShare share,
        HealthReports* reports = nullptr)
      : reactor(its_reactor), random(seed), clusters(share, reports), pools(its_reactor, dialer) {}

  // From now on every response announces the end of its connection.
  void drain() {
    is_draining = true;
    say_goodbye();
    pools.close_idle();  // whoever is at their other end may drain, too, and waits for it
  }
  // Connections that come now end after their first response.
  bool says_goodbye() const { return is_draining || pressure >= Pressure::shedding; }
  // Those that are there end after their next one.
  void say_goodbye() {
    for_each(connections, [](Drainable& connection) { connection.drain(); });
  }
  void end_idle() {
    for_each(connections, [](Drainable& connection) { connection.end_idle(); });
  }
  void cut() {
    for_each(sessions, [](Cuttable& session) { session.cut(); });
    background.end();
  }

  template <class Act>
  void for_each_session(Act act) {
    for_each(sessions, act);
  }

  // For connections from now on; those of revoked peers end.
  void take(TlsContextsPtr contexts) {
    tls_contexts = contexts;
    if (contexts) proven.revoke(contexts->revoked());
    pools.take(std::move(contexts));
  }
  // Whoever shows a certificate that has ended must not be believed, nor go on: connections that stand on ours end as
  // soon as it does, if there is no other. Call each second.
  void check_identity() {
    if (!tls_contexts || reactor.clock().wall_now() <= tls_contexts->identity_ends()) return;
    proven.expire();
    pools.expire();
  }

  void apply(decide::SnapshotPtr next) {
    clusters.configure(*next);
    snapshot = SnapshotRef(std::move(next));
  }

  runtime::Reactor& reactor;
  Random random;
  Clusters clusters;
  Pools pools;  // after clusters: connections let go of endpoints first
  SnapshotRef snapshot;
  HandshakeCounts handshakes;   // of clients
  ProvenConnections proven;     // of clients
  TlsContextsPtr tls_contexts;  // of the snapshot's TLS settings; null: none has any
  decide::TokenJudge token_judge;
  net::RelayPool relay_pool;
  runtime::IntrusiveList<Drainable> connections;  // of clients, HTTP
  runtime::IntrusiveList<Cuttable> sessions;      // of clients, all
  bool is_draining = false;
  Pressure pressure = Pressure::none;  // of the process's memory
  MemoryGuard* memory = nullptr;       // outlives it; nullptr: there is no limit
  runtime::Background background;      // copies of requests, which no client waits for; last: they use all the others

 private:
  template <class Member, class Act>
  static void for_each(runtime::IntrusiveList<Member>& members, Act act) {
    runtime::IntrusiveList<Member> left;
    left.take(members);
    while (!left.empty()) {
      Member& member = left.pop_front();
      members.push_back(member);
      act(member);
    }
  }
};

}  // namespace weft::proxy
