#include "control/apiserver/openapi_protobuf.h"

#include <cstdint>
#include <string_view>

namespace weft::control {
namespace {

using api::Json;

// The wire form of a protobuf message with only length-delimited fields: all that such a document needs.
class Message {
 public:
  Message& add(uint32_t field, std::string_view content) {
    append_number(field << 3 | 2);
    append_number(content.size());
    bytes_ += content;
    return *this;
  }
  Message& add_if(uint32_t field, const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? *this : add(field, found->get_ref<const std::string&>());
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void append_number(uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }

  std::string bytes_;
};

// Any{yaml}: JSON is YAML.
std::string any_bytes(const Json& value) {
  return Message().add(2, value.dump()).bytes();
}

// NamedAny{name, value} of every x-... member, in this field of `message`.
void add_extensions(uint32_t field, const Json& object, Message& message) {
  for (const auto& [name, value] : object.items())
    if (name.starts_with("x-")) message.add(field, Message().add(1, name).add(2, any_bytes(value)).bytes());
}

// Properties{additional_properties: NamedSchema{name, value}}; Definitions are written alike.
std::string schemas_bytes(const Json& schemas);

std::string schema_bytes(const Json& schema) {
  Message message;
  message.add_if(1, schema, "$ref").add_if(4, schema, "description");
  for (const Json& name : schema.value("required", Json::array())) message.add(19, name.get_ref<const std::string&>());
  for (const Json& choice : schema.value("enum", Json::array())) message.add(20, any_bytes(choice));
  if (schema.contains("additionalProperties"))
    message.add(21, Message().add(1, schema_bytes(schema["additionalProperties"])).bytes());
  if (schema.contains("type")) message.add(22, Message().add_if(1, schema, "type").bytes());
  if (schema.contains("items")) message.add(23, Message().add(1, schema_bytes(schema["items"])).bytes());
  if (schema.contains("properties")) message.add(25, schemas_bytes(schema["properties"]));
  add_extensions(31, schema, message);
  return message.bytes();
}

std::string schemas_bytes(const Json& schemas) {
  Message message;
  for (const auto& [name, schema] : schemas.items())
    message.add(1, Message().add(1, name).add(2, schema_bytes(schema)).bytes());
  return message.bytes();
}

// ParametersItem{parameter: {non_body_parameter: {query_parameter_sub_schema: {in, name, type}}}}
std::string parameter_bytes(const Json& parameter) {
  const Message query = Message().add_if(2, parameter, "in").add_if(4, parameter, "name").add_if(6, parameter, "type");
  const Message non_body = Message().add(3, query.bytes());
  return Message().add(1, Message().add(2, non_body.bytes()).bytes()).bytes();
}

// PathItem{patch: Operation{parameters, vendor_extension}}
std::string path_bytes(const Json& path) {
  const Json& patch = path["patch"];
  Message operation;
  for (const Json& parameter : patch["parameters"]) operation.add(8, parameter_bytes(parameter));
  add_extensions(13, patch, operation);
  return Message().add(8, operation.bytes()).bytes();
}

}  // namespace

// Document{swagger, info: {title, version}, paths: {path: NamedPathItem{name, value}}, definitions}
std::string openapi_protobuf(const Json& document) {
  Message paths;
  for (const auto& [name, path] : document["paths"].items())
    paths.add(2, Message().add(1, name).add(2, path_bytes(path)).bytes());
  const Json& info = document["info"];
  return Message()
      .add_if(1, document, "swagger")
      .add(2, Message().add_if(1, info, "title").add_if(2, info, "version").bytes())
      .add(8, paths.bytes())
      .add(9, schemas_bytes(document["definitions"]))
      .bytes();
}

}  // namespace weft::control
