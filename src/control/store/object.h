// What the store keeps: objects as JSON text under a key, each version with its own revision. The store reads nothing
// inside the text; what it means is the business of its users.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/strong_id.h"

namespace weft::control {

// A moment in the store's history. Every write gets its own, greater than all before; those of one commit follow each
// other with nothing between. 0 means "nothing yet". What the number counts is the store's affair: users only compare.
using Revision = StrongId<struct RevisionTag, uint64_t>;

// Where an object lies. `type` is "group/plural" ("apps/deployments", "/pods" for the core group); `space` is the
// namespace, empty for types that have none. Ordered by type, then namespace, then name.
struct Key {
  std::string type;
  std::string space;
  std::string name;
  friend auto operator<=>(const Key&, const Key&) = default;
};

// One version of one object. Immutable; shared by all who read it.
struct Object {
  Key key;
  Revision revision;
  std::string json;
};
using ObjectPtr = std::shared_ptr<const Object>;

// What one write did. `object` is the new version; after a removal it is the last version with the removal's revision.
// `before` is the version it replaced: null when there was none, or when it is older than what the log remembers.
struct Change {
  enum class Kind : uint8_t { created, updated, removed };
  Kind kind = Kind::created;
  ObjectPtr object;
  ObjectPtr before;
};

// One compare-and-swap write. `expected` is the revision of the version it replaces; Revision{} = there must be none.
// Without `json` (empty) it removes the object.
struct Write {
  Key key;
  Revision expected;
  std::string json;
};

// All of them are written, or none. No two writes of one batch may name the same key.
using Batch = std::vector<Write>;

}  // namespace weft::control
