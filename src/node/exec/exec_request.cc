#include "node/exec/exec_request.h"

#include "api/base64.h"
#include "node/pods/pod_kind.h"

namespace weft::node {

using api::Json;

std::string to_text(const ExecRequest& request) {
  return Json{{"namespace", request.namespace_name},
              {"pod", request.pod},
              {"container", request.container},
              {"serviceAccount", request.service_account},
              {"sidecar", request.has_sidecar}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);  // a name that is no UTF-8 is nobody's
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

// In base64, since values may be any bytes: a Secret's, say.
std::string to_text(const ExecSurroundings& surroundings) {
  Json environment = Json::array();
  for (const auto& variable : surroundings.environment) environment.push_back(api::encode_base64(variable));
  return Json{{"environment", std::move(environment)}, {"workingDir", api::encode_base64(surroundings.working_dir)}}
      .dump();
}

Result<ExecSurroundings> parse_exec_surroundings(std::string_view text) {
  WEFT_TRY(const auto json, api::parse_json(text));
  if (!json.is_object() || !json.contains("environment") || !json["environment"].is_array() ||
      !json.contains("workingDir") || !json["workingDir"].is_string()) {
    return fail(Reason::malformed, "not a pod's surroundings", Side::endpoint);
  }
  ExecSurroundings surroundings;
  surroundings.working_dir = api::decode_base64(json["workingDir"].get_ref<const std::string&>()).value_or("/");
  for (const auto& variable : json["environment"]) {
    auto bytes = variable.is_string() ? api::decode_base64(variable.get_ref<const std::string&>()) : std::nullopt;
    if (bytes) surroundings.environment.push_back(*std::move(bytes));
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
