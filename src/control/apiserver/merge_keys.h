// Which lists of Kubernetes' own kinds are merged by a key of their items instead of being replaced. Istio's kinds have
// none: their lists are replaced, as with every custom resource.
#pragma once

#include <string>
#include <string_view>

#include "api/kinds.h"
#include "api/tree.h"

namespace weft::control {

// How a list is merged: `key` names the member that tells items apart; empty with `is_set` = plain values, merged as a
// set; empty without = the list is replaced.
struct ListMerge {
  std::string_view key;
  bool is_set = false;

  bool by_key() const { return !key.empty(); }
  bool merges() const { return by_key() || is_set; }
};

// The rule for the list `field` of the object `parent` ("containers" in "spec"). Fields of the same name in different
// objects (ports) are told apart by what the object is.
ListMerge list_merge(const api::Kind& kind, std::string_view parent, std::string_view field);

// The item of `list` with this value under `key`; null when there is none.
api::Json* find_item(api::Json& list, std::string_view key, const api::Json& value);

}  // namespace weft::control
