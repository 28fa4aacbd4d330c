#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "control/apiserver/merge_keys.h"
#include "control/apiserver/patch.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kOrder = "$setElementOrder/";
constexpr std::string_view kDelete = "$deleteFromPrimitiveList/";
constexpr std::string_view kRetain = "$retainKeys";

bool is_directive(std::string_view name) {
  return name.starts_with('$');
}

// An item that is about the list, and not one for it.
bool is_instruction(const Json& item) {
  const std::string directive = text_at(item, kDirective);
  return directive == "delete" || directive == "replace";
}

// As Go's %v prints it, which Kubernetes' clients know: map[image:app:1 ports:[80]].
std::string go_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "<nil>";
  if (!value.is_structured()) return value.dump();
  std::string text = value.is_object() ? "map[" : "[";
  for (const auto& [name, member] : value.items()) {
    if (text.back() != '[') text += ' ';
    text += value.is_object() ? name + ":" + go_text(member) : go_text(member);
  }
  return text + "]";
}

// A patch's content without its directives: what it means where there is nothing to merge with.
Json plain(const Json& patch) {
  if (patch.is_array()) {
    Json list = Json::array();
    for (const Json& item : patch)
      if (!is_instruction(item)) list.push_back(plain(item));
    return list;
  }
  if (!patch.is_object()) return patch;
  Json object = Json::object();
  for (const auto& [name, value] : patch.items())
    if (!is_directive(name) && !value.is_null()) object[name] = plain(value);
  return object;
}

Reply<> merge_object(const api::Kind& kind, std::string_view name, Json& object, const Json& patch);

Reply<> merge_keyed_item(const api::Kind& kind, std::string_view field, Json& list, std::string_view key,
                         const Json& item) {
  const Json* id = member(item, key);
  if (id == nullptr) {
    return refuse(bad_request(fmt::format("map: {} does not contain declared merge key: {}", go_text(item), key)));
  }
  Json* present = find_item(list, key, *id);
  if (text_at(item, kDirective) == "delete") {
    if (present != nullptr) list.erase(present - &list.front());
  } else if (present != nullptr) {
    return merge_object(kind, field, *present, item);
  } else {
    list.push_back(plain(item));
  }
  return {};
}

Reply<> merge_list(const api::Kind& kind, std::string_view field, ListMerge how, Json& list, const Json& patch) {
  const auto replaces = [](const Json& item) { return item.is_object() && text_at(item, kDirective) == "replace"; };
  const bool replace = std::any_of(patch.begin(), patch.end(), replaces);
  if (!list.is_array() || replace) list = Json::array();
  for (const Json& item : patch) {
    if (replaces(item)) continue;
    if (how.by_key()) {
      WEFT_CHECK(merge_keyed_item(kind, field, list, how.key, item));
    } else if (std::find(list.begin(), list.end(), item) == list.end()) {
      list.push_back(item);
    }
  }
  return {};
}

// Items named in `order` come in that order; those it does not know keep theirs, behind.
void reorder(Json& list, std::string_view key, const Json& order) {
  if (!list.is_array() || !order.is_array()) return;
  const auto rank = [&](const Json& item) {
    const auto same = [&](const Json& wanted) {
      if (key.empty()) return wanted == item;
      const Json* a = member(wanted, key);
      const Json* b = member(item, key);
      return a != nullptr && b != nullptr && *a == *b;
    };
    return std::find_if(order.begin(), order.end(), same) - order.begin();
  };
  std::map<std::pair<ptrdiff_t, size_t>, Json> sorted;  // by rank, then by place
  for (Json& item : list) {
    const std::pair place(rank(item), sorted.size());
    sorted.emplace(place, std::move(item));
  }
  list = Json::array();
  for (auto& [place, item] : sorted) list.push_back(std::move(item));
}

void retain_only(Json& object, const Json& names) {
  std::set<std::string> kept;
  for (const Json& name : names)
    if (name.is_string()) kept.insert(name.get<std::string>());
  for (auto at = object.begin(); at != object.end();) at = kept.contains(at.key()) ? std::next(at) : object.erase(at);
}

void obey(const api::Kind& kind, std::string_view parent, Json& object, const std::string& name, const Json& value) {
  if (name.starts_with(kDelete)) {
    const auto field = object.find(name.substr(kDelete.size()));
    if (field == object.end() || !field->is_array() || !value.is_array()) return;
    auto& list = field->get_ref<Json::array_t&>();
    std::erase_if(list, [&](const Json& item) { return std::find(value.begin(), value.end(), item) != value.end(); });
  } else if (name.starts_with(kOrder)) {
    const std::string field = name.substr(kOrder.size());
    if (object.contains(field)) reorder(object[field], list_merge(kind, parent, field).key, value);
  }
}

Reply<> merge_member(const api::Kind& kind, std::string_view parent, Json& object, const std::string& name,
                     const Json& value) {
  if (value.is_null()) {
    object.erase(name);
    return {};
  }
  const ListMerge how = value.is_array() ? list_merge(kind, parent, name) : ListMerge{};
  if (value.is_object()) return merge_object(kind, name, object[name], value);
  if (how.merges() && object.contains(name)) return merge_list(kind, name, how, object[name], value);
  object[name] = plain(value);
  if (how.merges() && object[name].empty()) object.erase(name);  // there was nothing to delete
  return {};
}

Reply<> merge_object(const api::Kind& kind, std::string_view name, Json& object, const Json& patch) {
  const std::string directive = text_at(patch, kDirective);
  const bool begins_anew = directive == "replace" || directive == "delete";
  if (!object.is_object() || begins_anew) object = Json::object();
  if (directive == "delete") return {};  // as in Kubernetes, an empty map stays: null deletes the field itself
  if (const Json* retained = member(patch, kRetain); retained != nullptr && retained->is_array())
    retain_only(object, *retained);
  for (const auto& [field, value] : patch.items()) {
    if (!is_directive(field)) WEFT_CHECK(merge_member(kind, name, object, field, value));
  }
  // Directives last: an order can only be kept once all items are there.
  for (const auto& [field, value] : patch.items())
    if (is_directive(field)) obey(kind, name, object, field, value);
  return {};
}

}  // namespace

Reply<> strategic_merge_patch(const api::Kind& kind, Json& object, const Json& patch) {
  return patch.is_object() ? merge_object(kind, "", object, patch) : Reply<>();
}

}  // namespace weft::control
