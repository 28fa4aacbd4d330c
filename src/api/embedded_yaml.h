// YAML that stands as a text within an object: a key of a ConfigMap, an annotation. Its nodes get the places that they
// have in the file around them.
#pragma once

#include "api/place.h"

namespace weft::api {

// The one document of a text; reports what is wrong with it as YAML at `text`, and answers null then, or when it is
// empty. In a literal block (`|`) every line has its own place; otherwise all places are that of the text.
Node parse_embedded(const Place& text);

}  // namespace weft::api
