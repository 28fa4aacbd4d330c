// Ledger: what a store remembers in memory: the newest version of every object, the log of recent changes, and who
// wants to hear of new ones. Pure bookkeeping; the durable part lies with the store that owns it.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>

#include "control/store/store.h"

namespace weft::control {

// One entry of the log. A commit's entries follow each other; the last one carries the mark.
struct LogEntry {
  Change change;
  bool ends_commit = false;
};

// How far back watches may resume. A thousand pods coming up make some five thousand changes; the bytes bound what a
// flood of large objects can hold (etcd keeps five minutes, which bounds neither).
struct LogLimits {
  size_t changes = 8192;
  size_t bytes = 32u << 20;
};

// Owned by one store, on its thread. Commits go plan -> (the store makes them durable) -> apply.
class Ledger {
 public:
  explicit Ledger(LogLimits limits) : limits_(limits) {}

  // Rebuilding at start: all objects first, then the log, oldest entry first.
  void restore_object(ObjectPtr object);
  void restore_entry(LogEntry entry);

  // The changes a batch makes, with the revisions it will have; conflict where an expectation does not hold.
  Result<std::vector<LogEntry>> plan(Batch batch) const;

  // Takes planned changes over, trims the log to its limits in whole commits, and tells the subscribers.
  void apply(std::vector<LogEntry> entries);

  ObjectPtr get(const Key& key) const;
  Listing list_all() const;
  Listing list(std::string_view type, std::optional<std::string_view> space) const;
  Revision revision() const { return revision_; }
  Result<std::vector<Change>> changes_after(Revision after, size_t limit) const;
  Subscription subscribe(std::move_only_function<void()> changed);

  // The log reaches back to (not including) this revision.
  Revision log_start() const { return log_start_; }

 private:
  using Listeners = std::list<std::move_only_function<void()>>;

  void append(LogEntry entry);
  void trim();
  void drop_oldest();

  LogLimits limits_;
  std::map<Key, ObjectPtr> objects_;
  std::deque<LogEntry> log_;
  size_t log_bytes_ = 0;
  Revision revision_;
  Revision log_start_;
  Listeners listeners_;
};

}  // namespace weft::control
