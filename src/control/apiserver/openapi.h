// OpenAPI v2 of the API, as far as kubectl reads it before it applies: which kinds take a patch, and that dryRun and
// fieldValidation are understood. Schemas of the kinds are not in it: the server itself checks every field.
#pragma once

#include "control/apiserver/call.h"

namespace weft::control {

// As JSON, or as the protobuf that kubectl asks for (gnostic's openapi.v2.Document).
Answer openapi_v2(const Call& call);

}  // namespace weft::control
