#include "node/exec/exec_request.h"

#include "node/pods/pod_kind.h"

namespace weft::node {

using api::Json;

std::string to_text(const ExecRequest& request) {
  return Json{{"namespace", request.namespace_name},
              {"pod", request.pod},
              {"container", request.container},
              {"serviceAccount", request.service_account},
              {"sidecar", request.has_sidecar}}
      .dump();
}

Result<ExecRequest> parse_exec_request(std::string_view text) {
  WEFT_TRY(const auto json, api::parse_json(text));
  const auto is_text = [&](const char* key) { return json.contains(key) && json[key].is_string(); };
  if (!json.is_object() || !is_text("namespace") || !is_text("pod") || !is_text("container") ||
      !is_text("serviceAccount") || !json.contains("sidecar") || !json["sidecar"].is_boolean()) {
    return fail(Reason::malformed, "not a request to execute", Side::client);
  }
  return ExecRequest{json["namespace"], json["pod"], json["container"], json["serviceAccount"], json["sidecar"]};
}

std::string to_text(const ExecSurroundings& surroundings) {
  return Json{{"environment", surroundings.environment}, {"workingDir", surroundings.working_dir}}.dump();
}

Result<ExecSurroundings> parse_exec_surroundings(std::string_view text) {
  WEFT_TRY(const auto json, api::parse_json(text));
  if (!json.is_object() || !json.contains("environment") || !json["environment"].is_array() ||
      !json.contains("workingDir") || !json["workingDir"].is_string()) {
    return fail(Reason::malformed, "not a pod's surroundings", Side::endpoint);
  }
  ExecSurroundings surroundings{.working_dir = json["workingDir"]};
  for (const auto& variable : json["environment"]) {
    if (variable.is_string()) surroundings.environment.push_back(variable);
  }
  return surroundings;
}

Json exec_pod(const ExecRequest& request, const std::string& name) {
  const Json container = {{"name", "exec"}, {"image", "weft.dev/exec"}};
  return {
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata",
       {{"name", name},
        {"namespace", request.namespace_name},
        {"labels", {{"sidecar.istio.io/inject", request.has_sidecar ? "true" : "false"}, {kExecAnnotation, "true"}}},
        {"annotations", {{kExecAnnotation, "true"}}}}},
      {"spec",
       {{"serviceAccountName", request.service_account},
        {"terminationGracePeriodSeconds", 1},
        {"containers", Json::array({container})}}}};
}

}  // namespace weft::node
