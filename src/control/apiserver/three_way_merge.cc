#include "control/apiserver/merge_keys.h"
#include "control/apiserver/patch.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;

Json merge(const api::Kind& kind, std::string_view parent, std::string_view field, const Json& applied,
           const Json& wanted, const Json& current);

const Json& at(const Json& object, const std::string& name) {
  static const Json kNothing;
  const Json* found = member(object, name);
  return found != nullptr ? *found : kNothing;
}

Json merge_objects(const api::Kind& kind, std::string_view name, const Json& applied, const Json& wanted,
                   const Json& current) {
  Json result = current.is_object() ? current : Json::object();
  if (applied.is_object()) {
    for (const auto& [field, value] : applied.items())
      if (!wanted.contains(field)) result.erase(field);
  }
  for (const auto& [field, value] : wanted.items()) {
    if (value.is_null()) {
      result.erase(field);
    } else {
      result[field] = merge(kind, name, field, at(applied, field), value, at(current, field));
    }
  }
  return result;
}

const Json* item_with(const Json& list, std::string_view key, const Json& id) {
  return find_item(const_cast<Json&>(list), key, id);
}

// The wanted items in their order, each merged with the present one; behind them those that others added.
Json merge_keyed_lists(const api::Kind& kind, std::string_view field, std::string_view key, const Json& applied,
                       const Json& wanted, const Json& current) {
  static const Json kNothing;
  Json result = Json::array();
  for (const Json& item : wanted) {
    const Json* id = member(item, key);
    const Json* before = id != nullptr ? item_with(applied, key, *id) : nullptr;
    const Json* present = id != nullptr ? item_with(current, key, *id) : nullptr;
    result.push_back(merge(kind, "", field, before ? *before : kNothing, item, present ? *present : kNothing));
  }
  if (!current.is_array()) return result;
  for (const Json& item : current) {
    const Json* id = member(item, key);
    const bool known =
        id != nullptr && (item_with(wanted, key, *id) != nullptr || item_with(applied, key, *id) != nullptr);
    if (!known) result.push_back(item);
  }
  return result;
}

Json merge(const api::Kind& kind, std::string_view parent, std::string_view field, const Json& applied,
           const Json& wanted, const Json& current) {
  if (wanted.is_object()) return merge_objects(kind, field, applied, wanted, current);
  const ListMerge how = wanted.is_array() ? list_merge(kind, parent, field) : ListMerge{};
  if (how.by_key()) return merge_keyed_lists(kind, field, how.key, applied, wanted, current);
  return wanted;
}

}  // namespace

Json three_way_merge(const api::Kind& kind, const Json& applied, const Json& wanted, const Json& current) {
  return merge(kind, "", "", applied, wanted, current);
}

}  // namespace weft::control
