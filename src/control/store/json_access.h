// Reading JSON that nobody has checked, without exceptions: what is missing or of another type reads as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/tree.h"

namespace weft::control {

// The member of an object, also through several levels: member(body, "spec", "template"). Null when there is none; a
// JSON null counts as none.
inline const api::Json* member(const api::Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}
template <class... Names>
const api::Json* member(const api::Json& object, std::string_view name, Names... deeper) {
  const api::Json* inner = member(object, name);
  return inner == nullptr ? nullptr : member(*inner, deeper...);
}

// The text there; empty when it is something else.
template <class... Names>
std::string text_at(const api::Json& object, Names... names) {
  const api::Json* found = member(object, names...);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

// The whole number there.
template <class... Names>
std::optional<int64_t> number_at(const api::Json& object, Names... names) {
  const api::Json* found = member(object, names...);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  return found->get<int64_t>();
}

// The list there, for loops; empty when it is something else.
template <class... Names>
const api::Json::array_t& list_at(const api::Json& object, Names... names) {
  static const api::Json::array_t kEmpty;
  const api::Json* found = member(object, names...);
  return found != nullptr && found->is_array() ? found->get_ref<const api::Json::array_t&>() : kEmpty;
}

// The object under `name`, made when there is none or it is no object.
inline api::Json& object_in(api::Json& object, const char* name) {
  api::Json& inner = object[name];
  if (!inner.is_object()) inner = api::Json::object();
  return inner;
}

}  // namespace weft::control
