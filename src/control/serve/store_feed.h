// StoreFeed: the store's objects as changes of the mesh: all of them first, then what each commit did.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "control/mesh/object_change.h"
#include "control/store/store.h"
#include "runtime/mailbox.h"

namespace weft::control {

// What routing reads of one namespace, as it is now.
std::vector<mesh::ObjectChange> stored_objects(const Store& store, std::string_view space);

// Control thread. Follows the store from start() to its destruction; the store outlives it.
class StoreFeed {
 public:
  using Receive = std::function<void(const std::vector<mesh::ObjectChange>& changes, uint64_t revision)>;

  StoreFeed(Store& store, runtime::Mailbox& mailbox, Receive receive)
      : store_(&store), mailbox_(&mailbox), receive_(std::move(receive)) {}
  ~StoreFeed() { *alive_ = false; }

  // Hands over everything there is, then every commit soon after it.
  void start();

 private:
  void load();
  void follow();
  void take_note();

  Store* store_;
  runtime::Mailbox* mailbox_;
  Receive receive_;
  Subscription subscription_;
  Revision seen_;
  std::set<Key> known_;  // what was handed over and not removed since: to tell removals after a gap in the store's log
  bool noted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weft::control
