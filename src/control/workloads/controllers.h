// Controllers: the loop around the controllers' functions. Follows the store, notes what each change can matter to,
// asks the function concerned and commits what it answers.
#pragma once

#include <map>
#include <optional>

#include "base/random.h"
#include "control/store/store.h"
#include "control/workloads/agenda.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"
#include "runtime/signal.h"

namespace weft::control {

// weftd's control thread; owned by bin/weftd, which ends run() by stop(). Writes that fail are tried again: at once
// after a conflict, after a pause when the store is unavailable.
class Controllers {
 public:
  Controllers(runtime::Reactor& reactor, Store& store, Random& random);

  // Until stop(). Begins with everything there is.
  runtime::Task<void> run();
  void stop();

  // Every object, parsed, as of the store's newest revision. Good until the caller suspends.
  const World& world() {
    follow();
    return world_;
  }

 private:
  // A time at which an item is to be looked at again.
  using Reminders = std::multimap<WallTime, Item>;

  // Items looked at together, and what they write in one commit: the cost of a commit is its sync.
  struct Round {
    std::vector<Item> items;
    Batch writes;
    std::set<Key> keys;
  };

  void start_over();
  void follow();
  void take_change(const Change& change);
  void note_due_reminders();
  Outcome tend(const Item& item);
  runtime::Task<void> settle();
  Round next_round();
  runtime::Task<bool> commit(Round round);
  Time next_reminder() const;
  WallTime wall_now() const { return reactor_->clock().wall_now(); }

  runtime::Reactor* reactor_;
  Store* store_;
  Random* random_;
  World world_;
  Agenda agenda_;
  Reminders reminders_;
  Revision seen_;
  runtime::Signal changed_;
  Subscription subscription_;
  bool stopped_ = false;
};

}  // namespace weft::control
