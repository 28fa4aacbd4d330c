// Opinion: what an authorization service said of a request or connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/policy/field_change.h"

namespace weft::proxy {

// A value; all that is in it may be written as it is.
struct Opinion {
  bool is_allowed = false;
  uint16_t status = 403;          // of a refusal
  std::string body;               // of a refusal
  std::vector<FieldChange> told;  // to the client
  // For the endpoint, of a request that is allowed.
  std::vector<std::string> removed;
  std::vector<FieldChange> set;
};

}  // namespace weft::proxy
