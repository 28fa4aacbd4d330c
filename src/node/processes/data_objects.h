// What a container's environment takes from ConfigMaps and Secrets of the pod's namespace. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "api/kubernetes/pod.h"
#include "api/tree.h"
#include "base/error.h"

namespace weft::node {

// Which object. Ordered, to be looked up by.
struct DataObject {
  enum class Kind : uint8_t { config_map, secret };
  Kind kind = Kind::config_map;
  std::string name;
  friend auto operator<=>(const DataObject&, const DataObject&) = default;
};

using DataMap = std::map<std::string, std::string, std::less<>>;
// Those that exist.
using DataObjects = std::map<DataObject, DataMap>;

// Those that the container's environment names, each once.
std::vector<DataObject> data_objects_of(const api::kubernetes::Container& container);

// Where weftd has it.
std::string data_object_path(const DataObject& object, std::string_view space);

// From what weftd answered. `invalid`: not what such an object looks like.
Result<DataMap> read_data_object(DataObject::Kind kind, const api::Json& json);

// In Kubernetes' words.
std::string missing_object(const DataObject& object);
std::string missing_key(const DataObject& object, std::string_view space, std::string_view key);

}  // namespace weft::node
