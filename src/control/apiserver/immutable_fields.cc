#include "control/apiserver/immutable_fields.h"

#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;

api::Finding is_immutable(std::string path, std::string message) {
  api::Finding finding;
  finding.path = std::move(path);
  finding.message = std::move(message);
  return finding;
}

Json at(const Json& body, const char* first, const char* second) {
  const Json* found = member(body, first, second);
  return found != nullptr ? *found : Json();
}

// A Pod's spec without what may change.
Json fixed_part(const Json& body) {
  Json spec = body.value("spec", Json::object());
  for (const char* name : {"terminationGracePeriodSeconds", "activeDeadlineSeconds", "tolerations"}) spec.erase(name);
  for (const char* list : {"containers", "initContainers"}) {
    if (!spec.contains(list) || !spec[list].is_array()) continue;
    for (Json& container : spec[list])
      if (container.is_object()) container.erase("image");
  }
  return spec;
}

// Who runs a Pod may say once where (spec.nodeName), as the binding of a scheduler does.
Json without_first_node(const Json& current, Json wanted) {
  if (!current.contains("nodeName")) wanted.erase("nodeName");
  return wanted;
}

// ConfigMaps and Secrets whose writer has said so; only their deletion takes it back.
bool changes_immutable_data(const Json& current, const Json& wanted) {
  const auto part = [](const Json& body, const char* name) { return body.value(name, Json()); };
  if (part(current, "immutable") != Json(true)) return false;
  for (const char* name : {"immutable", "data", "binaryData", "type"})
    if (part(current, name) != part(wanted, name)) return true;
  return false;
}

}  // namespace

Reply<> check_immutable_fields(const api::Kind& kind, const Json& current, const Json& wanted) {
  api::Findings findings;
  if (kind.kind == "Deployment" && at(current, "spec", "selector") != at(wanted, "spec", "selector"))
    findings.push_back(is_immutable("spec.selector", "field is immutable"));
  if (kind.kind == "Service") {
    const Json before = at(current, "spec", "clusterIP");
    if (before.is_string() && text_at(wanted, "spec", "type") != "ExternalName" &&
        before != at(wanted, "spec", "clusterIP"))
      findings.push_back(is_immutable("spec.clusterIP", "field is immutable once it is set"));
  }
  if ((kind.kind == "ConfigMap" || kind.kind == "Secret") && changes_immutable_data(current, wanted))
    findings.push_back(is_immutable("data", "field is immutable when `immutable` is set"));
  if (kind.kind == "Secret" && current.value("type", Json()) != wanted.value("type", Json()))
    findings.push_back(is_immutable("type", "field is immutable"));
  if (kind.kind == "Pod") {
    const Json before = fixed_part(current);
    if (before != without_first_node(before, fixed_part(wanted)))
      findings.push_back(is_immutable("spec",
                                      "pod updates may not change fields other than container images, "
                                      "terminationGracePeriodSeconds, activeDeadlineSeconds and tolerations"));
  }
  if (findings.empty()) return {};
  return refuse(object_invalid(&kind, text_at(wanted, "metadata", "name"), findings));
}

}  // namespace weft::control
