#include "control/apiserver/openapi.h"

#include <fmt/format.h>

#include "api/kinds.h"
#include "control/apiserver/openapi_models.h"
#include "control/apiserver/openapi_protobuf.h"

namespace weft::control {
namespace {

using api::Json;
using api::Kind;

constexpr std::string_view kParameters[] = {"dryRun", "fieldValidation", "fieldManager"};

// "api/v1", "apis/apps/v1"
std::string version_path(const Kind& kind, std::string_view version) {
  return kind.group.empty() ? fmt::format("api/{}", version) : fmt::format("apis/{}/{}", kind.group, version);
}

Json parameters(OpenApi form) {
  Json list = Json::array();
  for (const auto name : kParameters) {
    Json parameter{{"name", name}, {"in", "query"}};
    if (form == OpenApi::v2) {
      parameter["type"] = "string";
    } else {
      parameter["schema"] = {{"type", "string"}};
    }
    list.push_back(std::move(parameter));
  }
  return list;
}

// The patching of one kind's objects: kubectl looks there for what writes take.
void add_path(const Kind& kind, std::string_view version, OpenApi form, Json& paths) {
  const std::string_view space = kind.is_namespaced() ? "/namespaces/{namespace}" : "";
  const std::string path = fmt::format("/{}{}/{}/{{name}}", version_path(kind, version), space, kind.plural);
  const Json responses{{"200", {{"description", "OK"}}}};
  const Json names{{"group", kind.group}, {"version", version}, {"kind", kind.kind}};
  paths[path]["patch"] = {{"parameters", parameters(form)}, {"responses", responses}, {kGroupVersionKind, names}};
}

Json info() {
  return {{"title", "Weft"}, {"version", WEFT_VERSION}};
}

Json document_v2() {
  Json paths = Json::object();
  Json models = Json::object();
  for (const Kind& kind : api::all_kinds()) {
    for (const auto version : kind.versions) add_path(kind, version, OpenApi::v2, paths);
    add_models(kind, kind.versions, OpenApi::v2, models);
  }
  return {{"swagger", "2.0"}, {"info", info()}, {"paths", std::move(paths)}, {"definitions", std::move(models)}};
}

// Each document is found by its place, which has the version of Weft in it: clients may keep one.
Json index_v3() {
  Json paths = Json::object();
  for (const Kind& kind : api::all_kinds()) {
    for (const auto version : kind.versions) {
      const std::string path = version_path(kind, version);
      paths[path] = {{"serverRelativeURL", fmt::format("/openapi/v3/{}?hash={}", path, WEFT_VERSION)}};
    }
  }
  return {{"paths", std::move(paths)}};
}

Reply<Json> document_v3(std::string_view wanted) {
  Json paths = Json::object();
  Json models = Json::object();
  for (const Kind& kind : api::all_kinds()) {
    for (const auto version : kind.versions) {
      if (version_path(kind, version) != wanted) continue;
      add_path(kind, version, OpenApi::v3, paths);
      add_models(kind, {version}, OpenApi::v3, models);
    }
  }
  if (paths.empty()) return refuse(path_not_found());
  return Json{{"openapi", "3.0.0"},
              {"info", info()},
              {"paths", std::move(paths)},
              {"components", {{"schemas", std::move(models)}}}};
}

Answer answer_v2(const Call& call) {
  const std::string_view accept = call.head.headers.get(http::HeaderId::accept).value_or("");
  const Json document = document_v2();
  if (accept.find("proto-openapi.spec.v2") == std::string_view::npos) return answer_with(document);
  return {.body = openapi_protobuf(document),
          .content_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"};
}

}  // namespace

Reply<Answer> openapi_document(const Call& call) {
  const std::string& form = call.path.size() >= 2 ? call.path[1] : call.path[0];
  if (form == "v2" && call.path.size() == 2) return answer_v2(call);
  if (form != "v3") return refuse(path_not_found());
  if (call.path.size() == 2) return answer_with(index_v3());
  std::string wanted;
  for (size_t i = 2; i < call.path.size(); ++i) wanted += (i == 2 ? "" : "/") + call.path[i];
  WEFT_TRY(const Json document, document_v3(wanted));
  return answer_with(document);
}

}  // namespace weft::control
