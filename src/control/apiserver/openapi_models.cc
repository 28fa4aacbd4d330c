#include "control/apiserver/openapi_models.h"

#include <fmt/format.h>

#include "api/field_table.h"
#include "control/apiserver/merge_keys.h"

namespace weft::control {
namespace {

using api::Field;
using api::FieldTable;
using api::Json;
using api::Shape;

std::string_view type_word(Shape shape) {
  switch (shape) {
    case Shape::integer:
    case Shape::port:
    case Shape::count:
      return "integer";
    case Shape::number:
      return "number";
    case Shape::boolean:
      return "boolean";
    case Shape::object:
    case Shape::map:
      return "object";
    case Shape::list:
      return "array";
    case Shape::text:
    case Shape::duration:
    case Shape::base64:
    case Shape::choice:
      return "string";
    case Shape::any:
      return "";
  }
  return "";
}

// What `weft explain` says beside the type.
std::string description_of(const Field& field) {
  std::string text(field.description);
  if (field.standing == api::Standing::later) text += " Not yet in force.";
  if (field.standing == api::Standing::unused) text += " Nothing here acts on it.";
  if (!field.modern.empty()) text += fmt::format(" An old spelling: {}.", field.modern);
  if (!field.default_text.empty()) text += fmt::format(" Default: {}.", field.default_text);
  return text;
}

// The models of one kind. A table may be met twice, and contain itself: it is named before it is described.
class Models {
 public:
  Models(const api::Kind& kind, OpenApi form, Json& models) : kind_(&kind), form_(form), models_(&models) {}

  // `place`: under which field the object stands, by which lists are told apart.
  std::string add(const FieldTable& table, std::string_view name, std::string_view place);

 private:
  Json schema(const Field& field, std::string_view place);
  Json typed(const Field& field, Shape shape);
  void add_merging(const Field& field, std::string_view place, Json& schema) const;

  const api::Kind* kind_;
  OpenApi form_;
  Json* models_;
};

// "networking.istio.io.VirtualService", and what is in it: "networking.istio.io.VirtualService.http.HTTPRoute". Named
// by the place as well, since a table's lists may be merged differently at another.
std::string model_name(const api::Kind& kind, std::string_view table, std::string_view place) {
  std::string name = fmt::format("{}.{}", kind.group.empty() ? "core" : kind.group, kind.kind);
  if (!place.empty()) name += fmt::format(".{}.{}", place, table);
  return name;
}

std::string Models::add(const FieldTable& table, std::string_view name, std::string_view place) {
  std::string full_name = model_name(*kind_, name, place);
  if (models_->contains(full_name)) return full_name;
  (*models_)[full_name] = Json::object();
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : table.fields()) {
    properties[std::string(field.name)] = schema(field, place);
    if (field.required) required.push_back(field.name);
  }
  Json& model = (*models_)[full_name];
  model = {{"type", "object"}, {"description", table.description()}, {"properties", std::move(properties)}};
  if (!required.empty()) model["required"] = std::move(required);
  return full_name;
}

Json Models::typed(const Field& field, Shape shape) {
  if (field.nested != nullptr && (shape == Shape::object || shape == Shape::any)) {
    const FieldTable& table = field.nested();
    const std::string name = add(table, table.name(), field.name);
    if (form_ == OpenApi::v2) return {{"$ref", "#/definitions/" + name}};
    // In OpenAPI 3 nothing counts beside a reference, such as a field's description.
    return {{"allOf", Json::array({Json{{"$ref", "#/components/schemas/" + name}}})}};
  }
  const std::string_view word = type_word(shape);
  return word.empty() ? Json::object() : Json{{"type", word}};
}

Json Models::schema(const Field& field, std::string_view place) {
  Json schema = typed(field, field.shape);
  schema["description"] = description_of(field);
  if (field.shape == Shape::list) {
    schema["items"] = typed(field, field.element);
    add_merging(field, place, schema);
  }
  if (field.shape == Shape::map) schema["additionalProperties"] = typed(field, field.element);
  if (field.shape == Shape::choice && !field.choices.empty()) schema["enum"] = field.choices;
  return schema;
}

void Models::add_merging(const Field& field, std::string_view place, Json& schema) const {
  const ListMerge merge = list_merge(*kind_, place, field.name);
  if (!merge.merges()) return;
  schema["x-kubernetes-patch-strategy"] = "merge";
  if (merge.by_key()) schema["x-kubernetes-patch-merge-key"] = merge.key;
}

}  // namespace

void add_models(const api::Kind& kind, const std::vector<std::string_view>& versions, OpenApi form, Json& models) {
  const std::string name = Models(kind, form, models).add(kind.fields(), kind.kind, "");
  Json kinds = Json::array();
  for (const auto version : versions)
    kinds.push_back({{"group", kind.group}, {"version", version}, {"kind", kind.kind}});
  models[name][std::string(kGroupVersionKind)] = std::move(kinds);
}

}  // namespace weft::control
