#include "control/store/object_json.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace weft::control {
namespace {

constexpr std::string_view kHead = "{\"metadata\":{";

}  // namespace

std::string type_of(const api::Kind& kind) {
  return fmt::format("{}/{}", kind.group, kind.plural);
}

const api::Kind* kind_of(std::string_view type) {
  for (const api::Kind& kind : api::all_kinds()) {
    const bool same_size = kind.group.size() + 1 + kind.plural.size() == type.size();
    if (same_size && type.starts_with(kind.group) && type.ends_with(kind.plural)) return &kind;
  }
  return nullptr;
}

Key key_of(const api::Resource& resource) {
  return {type_of(*resource.kind), resource.metadata.namespace_name, resource.metadata.name};
}

std::string encode(api::Json body) {
  api::Json metadata = std::move(body["metadata"]);
  body.erase("metadata");
  metadata.erase("resourceVersion");
  WEFT_ASSERT(metadata.is_object() && !metadata.empty() && !body.empty());
  return fmt::format("{{\"metadata\":{},{}", metadata.dump(), std::string_view(body.dump()).substr(1));
}

std::string text_of(const Object& object) {
  WEFT_ASSERT(object.json.starts_with(kHead));
  return fmt::format("{}\"resourceVersion\":\"{}\",{}", kHead, object.revision.value(),
                     std::string_view(object.json).substr(kHead.size()));
}

api::Json decode(const Object& object) {
  api::Json body = api::Json::parse(object.json, nullptr, false);
  WEFT_ASSERT(body.is_object());
  body["metadata"]["resourceVersion"] = std::to_string(object.revision.value());
  return body;
}

}  // namespace weft::control
