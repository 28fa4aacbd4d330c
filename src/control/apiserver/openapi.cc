#include "control/apiserver/openapi.h"

#include <fmt/format.h>

#include "api/kinds.h"

namespace weft::control {
namespace {

using api::Json;

constexpr std::string_view kGroupVersionKind = "x-kubernetes-group-version-kind";
constexpr std::string_view kParameters[] = {"dryRun", "fieldValidation", "fieldManager"};

// One patchable path.
struct Path {
  std::string text;
  const api::Kind* kind;
  std::string_view version;
};

std::vector<Path> all_paths() {
  std::vector<Path> paths;
  for (const api::Kind& kind : api::all_kinds()) {
    for (const auto version : kind.versions) {
      const std::string root =
          kind.group.empty() ? fmt::format("/api/{}", version) : fmt::format("/apis/{}/{}", kind.group, version);
      const std::string_view space = kind.is_namespaced() ? "/namespaces/{namespace}" : "";
      paths.push_back({fmt::format("{}{}/{}/{{name}}", root, space, kind.plural), &kind, version});
    }
  }
  return paths;
}

Json document() {
  Json parameters = Json::array();
  for (const auto name : kParameters) parameters.push_back({{"name", name}, {"in", "query"}, {"type", "string"}});
  Json paths = Json::object();
  for (const Path& path : all_paths()) {
    const Json kind{{"group", path.kind->group}, {"version", path.version}, {"kind", path.kind->kind}};
    paths[path.text]["patch"] = {
        {"parameters", parameters}, {"responses", {{"200", {{"description", "OK"}}}}}, {kGroupVersionKind, kind}};
  }
  return {{"swagger", "2.0"},
          {"info", {{"title", "Weft"}, {"version", WEFT_VERSION}}},
          {"paths", std::move(paths)},
          {"definitions", Json::object()}};
}

// The wire form of a protobuf message with only length-delimited fields: all that this document needs.
class Message {
 public:
  Message& add(uint32_t field, std::string_view content) {
    append_number(field << 3 | 2);
    append_number(content.size());
    bytes_ += content;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void append_number(uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }

  std::string bytes_;
};

// ParametersItem{parameter: {non_body_parameter: {query_parameter_sub_schema: {in, name, type}}}}
std::string parameter_bytes(std::string_view name) {
  const Message query = Message().add(2, "query").add(4, name).add(6, "string");
  const Message non_body = Message().add(3, query.bytes());
  const Message parameter = Message().add(2, non_body.bytes());
  return Message().add(1, parameter.bytes()).bytes();
}

// NamedPathItem{name, value: PathItem{patch: Operation{parameters, vendor_extension: NamedAny{name, Any{yaml}}}}}
std::string path_bytes(const Path& path) {
  const std::string yaml =
      fmt::format("group: \"{}\"\nkind: {}\nversion: {}\n", path.kind->group, path.kind->kind, path.version);
  Message operation;
  for (const auto name : kParameters) operation.add(8, parameter_bytes(name));
  operation.add(13, Message().add(1, kGroupVersionKind).add(2, Message().add(2, yaml).bytes()).bytes());
  const Message item = Message().add(8, operation.bytes());
  return Message().add(1, path.text).add(2, item.bytes()).bytes();
}

// Document{swagger, info: {title, version}, paths, definitions}
std::string document_bytes() {
  Message paths;
  for (const Path& path : all_paths()) paths.add(2, path_bytes(path));
  return Message()
      .add(1, "2.0")
      .add(2, Message().add(1, "Weft").add(2, WEFT_VERSION).bytes())
      .add(8, paths.bytes())
      .add(9, "")
      .bytes();
}

}  // namespace

Answer openapi_v2(const Call& call) {
  const std::string_view accept = call.head.headers.get(http::HeaderId::accept).value_or("");
  if (accept.find("proto-openapi.spec.v2") == std::string_view::npos) return answer_with(document());
  return {.body = document_bytes(), .content_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"};
}

}  // namespace weft::control
