// How objects become the store's text and back. A version's number is only known once it is committed, so it is not in
// the text: it is put in on the way out, at a place that needs no parsing.
#pragma once

#include <string>

#include "api/kinds.h"
#include "api/resource.h"
#include "control/store/object.h"

namespace weft::control {

// "apps/deployments", "/pods": the `type` of this kind's keys.
std::string type_of(const api::Kind& kind);

// The kind behind a key's type; null for one that Weft no longer serves.
const api::Kind* kind_of(std::string_view type);

Key key_of(const api::Resource& resource);

// The store's text of an object: metadata first, without resourceVersion.
std::string encode(api::Json body);

// The object's JSON text as clients see it, with metadata.resourceVersion. No parsing: lists are made of these.
std::string text_of(const Object& object);

// The same as a value.
api::Json decode(const Object& object);

}  // namespace weft::control
