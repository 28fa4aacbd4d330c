// The store's interface: the mesh's resources, durable. Reads answer at once from memory; a commit is durable when it
// answers. Implementations: SqliteStore (one machine). A user watches by subscribing and then asking for the changes
// after the revision it has seen; nothing is queued per watcher, so a slow one costs no memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "control/store/object.h"
#include "runtime/task.h"

namespace weft::control {

// What a list found, ordered by key, and the revision up to which it is complete: watch from there.
struct Listing {
  std::vector<ObjectPtr> objects;
  Revision revision;
};

// Keeps a listener registered; letting go of it (or moving over it) ends that. Must not outlive the store.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::move_only_function<void()> unsubscribe) : unsubscribe_(std::move(unsubscribe)) {}
  Subscription(Subscription&& other) noexcept : unsubscribe_(std::exchange(other.unsubscribe_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    std::swap(unsubscribe_, other.unsubscribe_);
    return *this;
  }
  ~Subscription() {
    if (unsubscribe_) unsubscribe_();
  }

 private:
  std::move_only_function<void()> unsubscribe_;
};

// Belongs to weftd's control thread; every call is made there. Reads never suspend. Owned by bin/weftd.
class Store {
 public:
  virtual ~Store() = default;

  // The newest version, or null.
  virtual ObjectPtr get(const Key& key) const = 0;

  virtual Listing list_all() const = 0;
  // All objects of a type; of one namespace only, if `space` is given.
  virtual Listing list(std::string_view type, std::optional<std::string_view> space = std::nullopt) const = 0;

  // The revision of the newest write.
  virtual Revision revision() const = 0;

  // The changes after a revision, oldest first: whole commits, at least one if there is any, then no more than about
  // `limit` changes. Fails (Reason::not_found; over HTTP 410 Gone) when the log no longer reaches back to `after`, or
  // `after` lies in the future: the caller must list again.
  virtual Result<std::vector<Change>> changes_after(Revision after, size_t limit = 1024) const = 0;

  // Calls `changed` after every commit, on the control thread, within the commit: the listener only takes note (wakes a
  // waiter, sets a flag) and reads the changes later.
  virtual Subscription subscribe(std::move_only_function<void()> changed) = 0;

  // Writes all or nothing and answers the revision of the last write (of the newest one, for an empty batch). May
  // suspend. Fails with conflict (an expectation does not hold: read again, decide again), unavailable (the disk is
  // full; nothing was written) or internal (the disk failed: the store takes no more writes until it is opened anew).
  virtual runtime::Task<Result<Revision>> commit(Batch batch) = 0;
};

}  // namespace weft::control
