// Permissions and principals of Envoy's RBAC put together. Each is the same small logic in other words: "all of", "any
// of", "not". Pure.
#pragma once

#include <utility>
#include <vector>

#include <envoy/config/rbac/v3/rbac.pb.h>

namespace weft::control::translate {

using envoy::config::rbac::v3::Permission;
using envoy::config::rbac::v3::Principal;

inline void set_all_of(std::vector<Permission> parts, Permission& whole) {
  for (auto& part : parts) *whole.mutable_and_rules()->add_rules() = std::move(part);
}
inline void set_all_of(std::vector<Principal> parts, Principal& whole) {
  for (auto& part : parts) *whole.mutable_and_ids()->add_ids() = std::move(part);
}

inline void set_any_of(std::vector<Permission> parts, Permission& whole) {
  for (auto& part : parts) *whole.mutable_or_rules()->add_rules() = std::move(part);
}
inline void set_any_of(std::vector<Principal> parts, Principal& whole) {
  for (auto& part : parts) *whole.mutable_or_ids()->add_ids() = std::move(part);
}

inline void set_not(Permission part, Permission& whole) {
  *whole.mutable_not_rule() = std::move(part);
}
inline void set_not(Principal part, Principal& whole) {
  *whole.mutable_not_id() = std::move(part);
}

template <class Part>
Part any_of(std::vector<Part> parts) {
  Part whole;
  set_any_of(std::move(parts), whole);
  return whole;
}

template <class Part>
Part negated(Part part) {
  Part whole;
  set_not(std::move(part), whole);
  return whole;
}

// Nothing asked: anything goes.
template <class Part>
Part all_of(std::vector<Part> parts) {
  if (parts.empty()) parts.emplace_back().set_any(true);
  Part whole;
  set_all_of(std::move(parts), whole);
  return whole;
}

}  // namespace weft::control::translate
