// What translate answers: resources as deterministic bytes. Its users need no protobuf headers.
#pragma once

#include <string>
#include <vector>

namespace weft::control::translate {

// One xDS resource: its name, and its message serialized with sorted maps, so that equal meaning gives equal bytes.
struct Encoded {
  std::string name;
  std::string bytes;
};
using Resources = std::vector<Encoded>;

}  // namespace weft::control::translate
