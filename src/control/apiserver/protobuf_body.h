// Kubernetes' binary form of objects, which kubectl writes for what its "create" commands make (and for nothing else):
// an envelope "k8s\0" around a protobuf message. Read by tables of the fields that those commands fill.
#pragma once

#include <string_view>

#include "api/tree.h"
#include "control/apiserver/refusal.h"

namespace weft::control {

// The object as JSON would have it; empty values are left out, since the binary form writes all of them. Fails with 400
// for broken bytes, and with 415 for kinds and fields that are not in the tables, which it names: nothing is dropped in
// silence.
Reply<api::Json> read_protobuf_body(std::string_view bytes);

}  // namespace weft::control
