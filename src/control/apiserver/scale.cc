#include "control/apiserver/scale.h"

#include <fmt/format.h>

#include "control/store/json_access.h"
#include "control/store/object_json.h"

namespace weft::control {
namespace {

using api::Json;

// "a=b,c=d": the pods counted, as a text.
std::string selector_text(const Json& body) {
  std::string text;
  const Json* labels = member(body, "spec", "selector", "matchLabels");
  if (labels == nullptr || !labels->is_object()) return text;
  for (const auto& [name, value] : labels->items())
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value.is_string() ? value.get<std::string>() : "");
  return text;
}

}  // namespace

Json scale_of(const Object& deployment) {
  const Json body = decode(deployment);
  Json metadata{{"name", deployment.key.name}, {"namespace", deployment.key.space}};
  for (const char* copied : {"uid", "resourceVersion", "creationTimestamp"})
    metadata[copied] = text_at(body, "metadata", copied);
  return {
      {"kind", "Scale"},
      {"apiVersion", "autoscaling/v1"},
      {"metadata", std::move(metadata)},
      {"spec", {{"replicas", number_at(body, "spec", "replicas").value_or(1)}}},
      {"status", {{"replicas", number_at(body, "status", "replicas").value_or(0)}, {"selector", selector_text(body)}}}};
}

Reply<Json> scaled(const Object& deployment, const Json& scale) {
  const auto replicas = number_at(scale, "spec", "replicas");
  if (!replicas || *replicas < 0) return refuse(bad_request("spec.replicas of a Scale must be a number, not below 0"));
  Json body = decode(deployment);
  body["spec"]["replicas"] = *replicas;
  if (const std::string revision = text_at(scale, "metadata", "resourceVersion"); !revision.empty())
    body["metadata"]["resourceVersion"] = revision;
  return body;
}

}  // namespace weft::control
