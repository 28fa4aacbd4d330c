// The attributes that rules of AuthorizationPolicies look at, each as Envoy's RBAC says it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/translate/security/rule_parts.h"

namespace weft::control::translate {

// What rules are written for: the requests of an HTTP chain, or connections of which no more is known than TCP says.
enum class Seen : uint8_t { requests, connections };

// One attribute: about whom a request comes from, or about what it asks for. `any_of` makes "one of these values";
// `key` is the condition's own, which may carry a name in brackets; `space` is the policy's namespace.
template <class Part>
struct Attribute {
  // What one condition asks for; views of the policy, for one call.
  struct Values {
    std::string_view key;
    std::string_view space;
    const std::vector<std::string>& texts;
  };
  std::string_view name;
  Seen needs;
  Part (*any_of)(const Values& values);
};

// Of a condition's key. Null when it is an attribute of the other kind.
const Attribute<Principal>* source_attribute(std::string_view key);
const Attribute<Permission>* operation_attribute(std::string_view key);

}  // namespace weft::control::translate
