// An OpenAPI 2 document in the binary form in which kubectl asks for it (gnostic's openapi.v2). Pure.
#pragma once

#include <string>

#include "api/tree.h"

namespace weft::control {

// Of a document as openapi.cc makes it: what else OpenAPI has is left out.
std::string openapi_protobuf(const api::Json& document);

}  // namespace weft::control
