// The patch formats of the API, and the three-way merge behind `weft apply`. Pure: objects in, object out.
#pragma once

#include "api/kinds.h"
#include "api/tree.h"
#include "control/apiserver/refusal.h"

namespace weft::control {

// JSON merge patch (RFC 7396): null removes, objects merge, everything else replaces.
void merge_patch(api::Json& object, const api::Json& patch);

// Kubernetes' strategic merge patch: as above, but keyed lists merge item by item, and the directives $patch,
// $setElementOrder/F, $deleteFromPrimitiveList/F and $retainKeys are obeyed. Fails (400) where an item of a keyed list
// has no key; the object is then of no use.
Reply<> strategic_merge_patch(const api::Kind& kind, api::Json& object, const api::Json& patch);

// JSON patch (RFC 6902). Fails (422) when an operation can't be done, (400) when the patch is none.
Reply<api::Json> json_patch(const api::Json& object, const api::Json& patch);

// What `current` becomes when `wanted` is applied over it: everything `wanted` says holds; what `applied` (the last
// applied version) said and `wanted` no longer says is removed; what others added stays. Keyed lists merge by key.
api::Json three_way_merge(const api::Kind& kind, const api::Json& applied, const api::Json& wanted,
                          const api::Json& current);

}  // namespace weft::control
