// What a plain (unquoted) YAML scalar is: Kubernetes reads files as YAML 1.1 with Go's number syntax, and so do we, so
// that a file means the same here as there. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/tree.h"

namespace weft::api {

// The type of a plain scalar and its text in one spelling: "yes" is boolean "true", 0x1F is integer "31", "~" is null.
struct PlainScalar {
  Node::Kind kind = Node::Kind::string;
  std::string text;
};
PlainScalar type_plain_scalar(std::string_view written);

// True when a string must be quoted in YAML to stay that string.
bool needs_quotes(std::string_view text);

}  // namespace weft::api
