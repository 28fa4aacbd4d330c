#include "control/workloads/controllers.h"

#include <fmt/format.h>

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
  const Listing listing = store_->list("");
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
  while (!stopped_) {
    const auto item = agenda_.take();
    if (!item) co_return;
    Outcome outcome = tend(*item);
    if (outcome.look_again) reminders_.emplace(*outcome.look_again, *item);
    if (outcome.writes.empty()) continue;
    const bool goes_on = co_await commit(*item, std::move(outcome.writes));
    if (!goes_on) co_return;
    follow();
  }
}

// False: the store takes no writes now.
runtime::Task<bool> Controllers::commit(const Item& item, Batch writes) {
  const auto done = co_await store_->commit(std::move(writes));
  if (done) co_return true;
  if (done.error().reason == Reason::conflict) {
    agenda_.add(item);
    co_return true;
  }
  log::warn("workloads: {} {}/{}: {}", item.key.type, item.key.space, item.key.name, done.error().detail);
  reminders_.emplace(wall_now() + kPause, item);
  co_return false;
}

}  // namespace weft::control
