#include "cli/mesh/strict_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "api/injection.h"

namespace weft::cli {
namespace {

using api::Json;

// How near to a port a policy's word is; the nearer holds.
enum class Rank : uint8_t { nobody, mesh, space, workload, port };

std::string name_in(const Json& object, const char* field) {
  return object.contains("metadata") ? object["metadata"].value(field, "") : "";
}

model::Labels labels_at(const Json& object, const char* path) {
  const Json::json_pointer at(path);
  return object.contains(at) && object[at].is_object() ? object[at].get<model::Labels>() : model::Labels();
}

model::Labels labels_selected_by(const Json& policy) {
  return labels_at(policy, "/spec/selector/matchLabels");
}

// Whether the policy names the port with a mode of its own.
bool names_port(const Json& policy, uint32_t port) {
  const Json::json_pointer at("/spec/portLevelMtls/" + std::to_string(port) + "/mode");
  return policy.contains(at) && policy[at] != "UNSET";
}

Rank rank_of(const PortMode& mode, const std::vector<Json>& policies, const std::string& root_space) {
  for (const auto& policy : policies) {
    if (mode.policy != fmt::format("PeerAuthentication {}/{}", name_in(policy, "namespace"), name_in(policy, "name")))
      continue;
    if (names_port(policy, mode.port)) return Rank::port;
    if (!labels_selected_by(policy).empty()) return Rank::workload;
    return name_in(policy, "namespace") == root_space ? Rank::mesh : Rank::space;
  }
  return Rank::nobody;
}

Rank rank_of(const StrictScope& scope) {
  return scope.is_mesh() ? Rank::mesh : scope.workload.empty() ? Rank::space : Rank::workload;
}

bool is_older(const Json& a, const Json& b) {
  const auto age = [](const Json& object) {
    return std::tuple(name_in(object, "creationTimestamp"), name_in(object, "name"));
  };
  return age(a) < age(b);
}

const Json* pod_with_address(const std::vector<Json>& pods, const std::string& address) {
  const Json::json_pointer ip("/status/podIP");
  const auto found =
      std::ranges::find_if(pods, [&](const Json& pod) { return pod.contains(ip) && pod[ip] == address; });
  return found == pods.end() ? nullptr : &*found;
}

bool has_sidecar(const Json& pod) {
  return pod["metadata"].contains("annotations") && pod["metadata"]["annotations"].contains(api::kInjectionStatus);
}

// Why the caller goes on being served; empty: it does not.
std::string mercy_on(const PortMode& mode, const Json* caller, const StrictScope& scope,
                     const std::vector<Json>& policies) {
  if (rank_of(mode, policies, scope.root_space) > rank_of(scope))
    return fmt::format("stays allowed: {} says {}", mode.policy, mode.mode);
  // Where nobody could speak mutual TLS yet, sidecars begin to when the port takes it.
  if (mode.mode == "DISABLE" && caller != nullptr && has_sidecar(*caller)) return "its sidecar goes over to mutual TLS";
  return "";
}

}  // namespace

bool StrictScope::covers(const WorkloadReport& report) const {
  if (is_mesh()) return true;
  return report.space == space && (workload.empty() || report.workload == workload);
}

std::string StrictScope::title() const {
  return is_mesh() ? "the mesh" : workload.empty() ? "namespace " + space : space + "/" + workload;
}

std::vector<PlannedCaller> plan_strict(const StrictScope& scope, const std::vector<WorkloadReport>& reports,
                                       const std::vector<Json>& policies, const std::vector<Json>& pods) {
  std::map<std::tuple<std::string, std::string, uint32_t>, PlannedCaller> planned;
  for (const auto& report : reports) {
    if (!scope.covers(report)) continue;
    for (const auto& seen : report.observation.callers) {
      PortMode mode = mode_of(report.modes, seen.port);
      mode.port = seen.port;
      const Json* pod = pod_with_address(pods, seen.address);
      const std::string name = pod == nullptr ? seen.address : name_in(*pod, "namespace") + "/" + name_in(*pod, "name");
      const std::string to = report.space + "/" + report.workload;
      PlannedCaller& caller = planned[{name, to, seen.port}];
      caller.caller = name, caller.to = to, caller.port = seen.port;
      caller.connections += seen.connections;
      caller.last_seen = std::max(caller.last_seen, seen.last_seen);
      caller.why = mercy_on(mode, pod, scope, policies);
      caller.is_refused = caller.why.empty();
    }
  }
  std::vector<PlannedCaller> callers;
  for (auto& [key, caller] : planned) callers.push_back(std::move(caller));
  std::ranges::sort(callers, {}, [](const PlannedCaller& caller) {
    return std::tuple(!caller.is_refused, caller.caller, caller.to, caller.port);
  });
  return callers;
}

Expected<Json> strict_policy(const StrictScope& scope, const std::vector<Json>& policies) {
  const Json* decides = nullptr;
  for (const auto& policy : policies) {
    if (name_in(policy, "namespace") != scope.policy_space()) continue;
    const auto selector = labels_selected_by(policy);
    const bool is_of_scope =
        scope.workload.empty() ? selector.empty() : !selector.empty() && model::selects(selector, scope.selector);
    if (is_of_scope && (decides == nullptr || is_older(policy, *decides))) decides = &policy;
  }
  const std::string name = scope.workload.empty() ? "default" : scope.workload;
  Json made = {{"apiVersion", "security.istio.io/v1"},
               {"kind", "PeerAuthentication"},
               {"metadata", {{"name", name}, {"namespace", scope.policy_space()}}},
               {"spec", {{"mtls", {{"mode", "STRICT"}}}}}};
  if (!scope.workload.empty()) made["spec"]["selector"]["matchLabels"] = scope.selector;
  if (decides == nullptr) return made;
  if (!scope.workload.empty() && labels_selected_by(*decides) != scope.selector) {
    return stop(Exit::invalid,
                fmt::format("PeerAuthentication {}/{} decides for {}, and perhaps for others; the older one holds",
                            scope.space, name_in(*decides, "name"), scope.title()),
                "weft get peerauthentication -n " + scope.space + " " + name_in(*decides, "name") + " -o yaml");
  }
  made["metadata"]["name"] = name_in(*decides, "name");
  made["spec"] = (*decides)["spec"];
  made["spec"]["mtls"]["mode"] = "STRICT";
  return made;
}

}  // namespace weft::cli
