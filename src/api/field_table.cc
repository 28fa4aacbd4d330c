#include "api/field_table.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::api {
namespace {

std::string_view shape_name(Shape shape, const FieldTable& (*nested)()) {
  switch (shape) {
    case Shape::text:
      return "string";
    case Shape::integer:
      return "integer";
    case Shape::number:
      return "number";
    case Shape::boolean:
      return "boolean";
    case Shape::duration:
      return "duration";
    case Shape::base64:
      return "base64";
    case Shape::port:
      return "port number or name";
    case Shape::count:
      return "count or percentage";
    case Shape::choice:
      return "choice";
    case Shape::object:
      return nested == nullptr ? std::string_view("object") : nested().name();
    default:
      return "any";
  }
}

std::string list_names(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

}  // namespace

std::string Field::type_name() const {
  if (shape == Shape::list) return fmt::format("list of {}", shape_name(element, nested));
  if (shape == Shape::map) return fmt::format("map of string to {}", shape_name(element, nested));
  return std::string(shape_name(shape, nested));
}

const Field* FieldTable::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &*found;
}

// snake_case is protobuf's second spelling (JSON mapping of proto3); Kubernetes' own kinds do not have it.
const Field* FieldTable::match(const Place& place, const MapEntry& entry) const {
  if (const Field* field = find(entry.key)) return field;
  if (place.report().dialect != Dialect::protobuf || entry.key.find('_') == std::string::npos) return nullptr;
  return find(snake_to_camel(entry.key));
}

// Nulls count as absent, as in both JSON dialects. Checks across fields run even if single fields are wrong: all
// errors of an object are reported at once.
void FieldTable::read(const Place& place, void* object) const {
  if (!place.node().is_map()) {
    place.error(Code::wrong_type, fmt::format("{} is a map, not {}", name_, describe(place.node().kind)));
    return;
  }
  std::set<std::string_view> seen;
  for (const MapEntry& entry : place.node().entries) {
    const Field* field = match(place, entry);
    if (field == nullptr) {
      report_unknown(place, entry);
    } else if (entry.value.kind != Node::Kind::null) {
      if (!seen.insert(field->name).second) {
        place.key(entry).error(Code::duplicate_key, fmt::format("{} is set twice, in two spellings", field->name));
      }
      read_field(place, entry, *field, object);
    }
  }
  for (const Field& field : fields_) {
    const bool missing = field.required && !seen.contains(field.name);
    if (missing) place.at(field.name).error(Code::required, fmt::format("{} is missing", field.name));
  }
  if (finish_) finish_(place, object);
}

// Old spellings are not offered: the nearest modern name is. Long lists are no hint, either.
void FieldTable::report_unknown(const Place& place, const MapEntry& entry) const {
  if (place.report().strictness == Strictness::ignore) return;
  std::vector<std::string_view> names;
  for (const Field& field : fields_) {
    if (field.modern.empty()) names.push_back(field.name);
  }
  const auto close = nearest(entry.key, names);
  std::string hint;
  if (close) {
    hint = fmt::format("did you mean \"{}\"?", *close);
  } else if (names.size() <= 24) {
    hint = fmt::format("{} has: {}", name_, list_names(names));
  }
  std::string message = fmt::format("unknown field \"{}\"", entry.key);
  if (place.report().strictness == Strictness::strict) {
    place.key(entry).error(Code::unknown_field, std::move(message), std::move(hint));
  } else {
    place.key(entry).warn(Code::unknown_field, std::move(message), std::move(hint));
  }
}

// A warning about what a field does today comes first, so that it is said even when the value is wrong.
void FieldTable::read_field(const Place& place, const MapEntry& entry, const Field& field, void* object) const {
  const Place key = place.key(entry);
  if (field.standing == Standing::later) {
    key.warn(Code::not_in_force, fmt::format("accepted, not yet in force: {}", key.path()));
  } else if (field.standing == Standing::unused) {
    key.warn(Code::unused_field, fmt::format("kept, but nothing here acts on it: {}", key.path()));
  }
  if (!field.modern.empty()) {
    key.warn(Code::legacy_spelling, fmt::format("{} is an old spelling", field.name), std::string(field.modern));
  }
  const Place value = place.entry(entry);
  if (field.required && entry.value.kind == Node::Kind::string && entry.value.text.empty()) {
    value.error(Code::required, fmt::format("{} is empty", field.name));
    return;
  }
  if (field.read) field.read(value, field, object);
}

Json FieldTable::write(const void* object) const {
  Json out = Json::object();
  for (const Field& field : fields_) {
    if (field.write) field.write(field, object, out);
  }
  return out;
}

}  // namespace weft::api
