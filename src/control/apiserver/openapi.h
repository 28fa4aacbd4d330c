// The OpenAPI documents that kubectl asks for: of what is in the kinds (kubectl explain), and that writes can be dry
// runs with strict fields (kubectl apply). Made for each call from the kinds' declarations, and kept nowhere.
#pragma once

#include "control/apiserver/call.h"

namespace weft::control {

// Paths below /openapi: v2 as JSON or, where it is asked for, protobuf; v3 as JSON, its index and one document for each
// group and version. Fails with 404.
Reply<Answer> openapi_document(const Call& call);

}  // namespace weft::control
