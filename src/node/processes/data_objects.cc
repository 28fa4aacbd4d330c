#include "node/processes/data_objects.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/base64.h"

namespace weft::node {
namespace {

void add(std::vector<DataObject>& objects, DataObject object) {
  if (std::ranges::find(objects, object) == objects.end()) objects.push_back(std::move(object));
}

}  // namespace

std::vector<DataObject> data_objects_of(const api::kubernetes::Container& container) {
  std::vector<DataObject> objects;
  for (const auto& source : container.env_from) {
    if (source.config_map_ref) add(objects, {DataObject::Kind::config_map, source.config_map_ref->name});
    if (source.secret_ref) add(objects, {DataObject::Kind::secret, source.secret_ref->name});
  }
  for (const auto& variable : container.env) {
    if (!variable.value_from) continue;
    const auto& source = *variable.value_from;
    if (source.config_map_key_ref) add(objects, {DataObject::Kind::config_map, source.config_map_key_ref->name});
    if (source.secret_key_ref) add(objects, {DataObject::Kind::secret, source.secret_key_ref->name});
  }
  return objects;
}

std::string data_object_path(const DataObject& object, std::string_view space) {
  const char* const plural = object.kind == DataObject::Kind::secret ? "secrets" : "configmaps";
  return fmt::format("/api/v1/namespaces/{}/{}/{}", space, plural, object.name);
}

Result<DataMap> read_data_object(DataObject::Kind kind, const api::Json& json) {
  DataMap map;
  const auto data = json.find("data");
  if (data == json.end() || data->is_null()) return map;
  if (!data->is_object()) return fail(Reason::invalid, "its data is no object");
  for (const auto& [key, value] : data->items()) {
    if (!value.is_string()) return fail(Reason::invalid, "its data " + key + " is no text");
    if (kind == DataObject::Kind::config_map) {
      map[key] = value.get<std::string>();
      continue;
    }
    auto bytes = api::decode_base64(value.get_ref<const std::string&>());
    if (!bytes) return fail(Reason::invalid, "its data " + key + " is not base64");
    map[key] = *std::move(bytes);
  }
  return map;
}

std::string missing_object(const DataObject& object) {
  return fmt::format("{} \"{}\" not found", object.kind == DataObject::Kind::secret ? "secret" : "configmap",
                     object.name);
}

std::string missing_key(const DataObject& object, std::string_view space, std::string_view key) {
  return fmt::format("couldn't find key {} in {} {}/{}", key,
                     object.kind == DataObject::Kind::secret ? "Secret" : "ConfigMap", space, object.name);
}

}  // namespace weft::node
