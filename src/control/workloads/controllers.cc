#include "control/workloads/controllers.h"

#include "base/log.h"
#include "control/store/object_json.h"
#include "control/workloads/deployments.h"
#include "control/workloads/endpoint_slices.h"
#include "control/workloads/namespaces.h"
#include "control/workloads/orphans.h"

namespace weft::control {
namespace {

// How long the controllers leave a store alone that can't take writes (a full disk).
constexpr auto kPause = std::chrono::seconds(1);
// Enough to make syncs rare when a large mesh is applied, few enough to commit within milliseconds.
constexpr size_t kWritesPerRound = 256;

// Lets others have the thread: goes on in the reactor's next turn.
runtime::Task<void> next_turn(runtime::Reactor& reactor) {
  runtime::Signal turned(reactor);
  reactor.mailbox().send([&turned] { turned.set(); });
  co_await turned.wait();
}

}  // namespace

Controllers::Controllers(runtime::Reactor& reactor, Store& store, Random& random)
    : reactor_(&reactor),
      store_(&store),
      random_(&random),
      changed_(reactor),
      subscription_(store.subscribe([this] { changed_.set(); })) {
  start_over();
}

void Controllers::stop() {
  stopped_ = true;
  changed_.set();
}

runtime::Task<void> Controllers::run() {
  while (!stopped_) {
    changed_.reset();
    follow();
    note_due_reminders();
    co_await settle();
    if (!stopped_) co_await changed_.wait(next_reminder());
  }
}

void Controllers::start_over() {
  const Listing listing = store_->list_all();
  world_.reset(listing);
  seen_ = listing.revision;
  for (const auto& [key, known] : world_.all()) agenda_.note(world_, key);
}

void Controllers::follow() {
  while (seen_ < store_->revision()) {
    const auto changes = store_->changes_after(seen_);
    if (!changes) return start_over();
    for (const Change& change : *changes) take_change(change);
    seen_ = changes->back().object->revision;
  }
}

void Controllers::take_change(const Change& change) {
  const Key& key = change.object->key;
  agenda_.note(world_, key);
  if (change.kind == Change::Kind::removed) {
    world_.remove(key);
  } else {
    world_.put(*change.object);
  }
  agenda_.note(world_, key);
}

void Controllers::note_due_reminders() {
  const auto due = reminders_.upper_bound(wall_now());
  for (auto at = reminders_.begin(); at != due; ++at) agenda_.add(at->second);
  reminders_.erase(reminders_.begin(), due);
}

Time Controllers::next_reminder() const {
  if (reminders_.empty()) return runtime::kNever;
  const Duration left = reminders_.begin()->first - wall_now();
  // A wall clock that was set back must not make us sleep for ever.
  return reactor_->clock().now() + std::clamp<Duration>(left, std::chrono::milliseconds(1), std::chrono::minutes(1));
}

Outcome Controllers::tend(const Item& item) {
  const Moment moment{wall_now(), random_};
  switch (item.controller) {
    case Item::Controller::endpoint_slices:
      return tend_endpoint_slices(world_, item.key, moment);
    case Item::Controller::deployment:
      return tend_deployment(world_, item.key, moment);
    case Item::Controller::name_space:
      return tend_namespace(world_, item.key, moment);
    case Item::Controller::orphan:
      return collect_orphan(world_, item.key, moment);
  }
  return {};
}

runtime::Task<void> Controllers::settle() {
  while (!stopped_ && !agenda_.empty()) {
    Round round = next_round();
    if (round.writes.empty()) continue;
    const bool goes_on = co_await commit(std::move(round));
    if (!goes_on) co_return;
    follow();
    if (!agenda_.empty()) co_await next_turn(*reactor_);
  }
}

// What the items of a round see of the world is the same; one that would write what another of them writes, too, waits
// for the next round.
Controllers::Round Controllers::next_round() {
  Round round;
  while (round.writes.size() < kWritesPerRound) {
    auto item = agenda_.take();
    if (!item) break;
    Outcome outcome = tend(*item);
    const auto is_taken = [&](const Write& write) { return round.keys.contains(write.key); };
    if (std::any_of(outcome.writes.begin(), outcome.writes.end(), is_taken)) {
      agenda_.add(*std::move(item));
      break;
    }
    if (outcome.look_again) reminders_.emplace(*outcome.look_again, *item);
    for (Write& write : outcome.writes) {
      round.keys.insert(write.key);
      round.writes.push_back(std::move(write));
    }
    round.items.push_back(*std::move(item));
  }
  return round;
}

// False: the store takes no writes now.
runtime::Task<bool> Controllers::commit(Round round) {
  const auto done = co_await store_->commit(std::move(round.writes));
  if (done) co_return true;
  const bool lost_race = done.error().reason == Reason::conflict;
  if (!lost_race) log::warn("workloads: {}", done.error().detail);
  for (Item& item : round.items) {
    if (lost_race) {
      agenda_.add(std::move(item));
    } else {
      reminders_.emplace(wall_now() + kPause, std::move(item));
    }
  }
  co_return lost_race;
}

}  // namespace weft::control
