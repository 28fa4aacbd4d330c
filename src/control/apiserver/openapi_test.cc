#include "control/apiserver/openapi.h"

#include <set>

#include <gtest/gtest.h>

#include "api/kinds.h"

namespace weft::control {
namespace {

using api::Json;

Json document(const std::vector<std::string>& path) {
  Call call;
  call.path = path;
  return Json::parse(openapi_document(call).value().body);
}

const Json& property(const Json& models, const std::string& model, const std::string& field) {
  return models.at(model).at("properties").at(field);
}

void collect_references(const Json& value, std::set<std::string>& into) {
  if (value.is_object() && value.contains("$ref")) into.insert(value["$ref"].get<std::string>());
  if (value.is_structured())
    for (const Json& inner : value) collect_references(inner, into);
}

TEST(OpenApiDocument, EveryReferenceLeadsToAModel) {
  for (const auto& [paths, prefix] :
       {std::pair<std::vector<std::string>, std::string>{{"openapi", "v2"}, "/definitions/"},
        {{"openapi", "v3", "apis", "networking.istio.io", "v1"}, "/components/schemas/"},
        {{"openapi", "v3", "api", "v1"}, "/components/schemas/"}}) {
    const Json all = document(paths);
    std::set<std::string> references;
    collect_references(all, references);
    EXPECT_GT(references.size(), 20u);
    for (const std::string& reference : references)
      EXPECT_TRUE(all.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
}

TEST(OpenApiDocument, SaysWhatFieldsAreAndHowTheirListsAreMerged) {
  const Json models = document({"openapi", "v2"})["definitions"];
  EXPECT_EQ(models["core.Pod"]["x-kubernetes-group-version-kind"][0]["version"], "v1");
  const Json& containers = property(models, "core.Pod.spec.PodSpec", "containers");
  EXPECT_EQ(containers["type"], "array");
  EXPECT_EQ(containers["x-kubernetes-patch-merge-key"], "name");
  EXPECT_EQ(property(models, "core.Pod.containers.Container", "ports")["x-kubernetes-patch-merge-key"],
            "containerPort");
  EXPECT_EQ(property(models, "core.Pod.containers.Container", "image")["type"], "string");
  const Json& http = property(models, "networking.istio.io.VirtualService.spec.VirtualService", "http");
  EXPECT_FALSE(http.contains("x-kubernetes-patch-merge-key")) << "lists of Istio's kinds are replaced";
  EXPECT_EQ(models["networking.istio.io.VirtualService"]["x-kubernetes-group-version-kind"].size(), 3u);
}

TEST(OpenApiDocument, HasOneDocumentForEachGroupAndVersion) {
  const Json index = document({"openapi", "v3"})["paths"];
  for (const api::Kind& kind : api::all_kinds()) {
    const std::string path =
        kind.group.empty() ? "api/v1" : "apis/" + std::string(kind.group) + "/" + std::string(kind.versions.front());
    EXPECT_TRUE(index.contains(path)) << path;
  }
  const Json apps = document({"openapi", "v3", "apis", "apps", "v1"});
  const Json& patch = apps["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"];
  EXPECT_EQ(patch["parameters"][1]["name"], "fieldValidation");
  Call call;
  call.path = {"openapi", "v3", "apis", "apps", "v2"};
  EXPECT_EQ(openapi_document(call).error().code, 404);
}

// kubectl reads it with gnostic's types; what is asked for here is only that the text is in there.
TEST(OpenApiDocument, IsToBeHadAsProtobuf) {
  Call call;
  call.path = {"openapi", "v2"};
  call.head.headers.add("accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
  const Answer answer = openapi_document(call).value();
  EXPECT_EQ(answer.content_type, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_EQ(answer.body.substr(0, 5), std::string("\x0a\x03", 2) + "2.0");
  EXPECT_NE(answer.body.find("#/definitions/core.Pod.spec.PodSpec"), std::string::npos);
}

}  // namespace
}  // namespace weft::control
