// Agenda: which controllers have to look at what. A change puts the few items on it that the change can matter to; work
// is proportional to the change, not to the mesh.
#pragma once

#include <compare>
#include <optional>
#include <set>

#include "control/workloads/world.h"

namespace weft::control {

// One thing to look at. Ordered by urgency: endpoints are what traffic waits for.
struct Item {
  enum class Controller : uint8_t { endpoint_slices, deployment, name_space, orphan };
  Controller controller = Controller::endpoint_slices;
  Key key;
  friend auto operator<=>(const Item&, const Item&) = default;
};

// A set of items; control thread.
class Agenda {
 public:
  // Notes what may depend on this object as it is in the world now. For a change: once before the world takes it, once
  // after.
  void note(const World& world, const Key& key);
  void add(Item item) { items_.insert(std::move(item)); }

  std::optional<Item> take();
  bool empty() const { return items_.empty(); }

 private:
  void note_pod(const World& world, const Known& pod);

  std::set<Item> items_;
};

}  // namespace weft::control
