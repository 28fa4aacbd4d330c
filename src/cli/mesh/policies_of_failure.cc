#include "cli/mesh/policies_of_failure.h"

#include "api/resource.h"
#include "cli/mesh/config_dump.h"
#include "cli/mesh/control_plane.h"
#include "cli/mesh/guards.h"
#include "cli/mesh/hop_names.h"
#include "cli/mesh/network_cut.h"
#include "cli/mesh/proxy_config.h"

namespace weft::cli {
namespace {

// "authz.yaml:12", of an object as it is now; empty where weftd does not answer, or it was not read from a file.
std::string place_of(const ControlPlane& weftd, const GuardObject& object) {
  if (object.name.empty()) return {};
  const auto found = weftd.object(*api::find_kind_by_word(object.kind), object.space, object.name);
  if (!found) return {};
  const auto annotations = found->value("metadata", api::Json::object()).value("annotations", api::Json::object());
  const std::string file = annotations.value("weft.dev/file", "");
  const std::string line = annotations.value("weft.dev/line", "");
  return file.empty() || line.empty() ? file : file + ":" + line;
}

// `path` is "namespace/name".
NamedPolicy named_policy(const ControlPlane& weftd, const std::string& kind, const std::string& path) {
  const size_t slash = path.find('/');
  return {kind + " " + path, place_of(weftd, {kind, path.substr(0, slash), path.substr(slash + 1)})};
}

// What weftd has of everybody that NetworkPolicies are about.
network_policy::World read_world(const ControlPlane& weftd) {
  network_policy::World world;
  for (const auto* kind : {"namespaces", "pods", "networkpolicies"}) {
    const auto list = weftd.list(*api::find_kind_by_word(kind), {});
    if (!list) continue;
    for (const auto& item : list->items) {
      const auto checked = api::check(item, {.strictness = api::Strictness::ignore});
      if (checked.resource) world.put(*checked.resource);
    }
  }
  return world;
}

void learn_isolation(const ControlPlane& weftd, FailedHop& hop) {
  const auto cut = network_cut(read_world(weftd), hop);
  if (!cut) return;
  hop.isolated = cut->pod;
  for (const auto& policy : cut->policies) hop.isolating.push_back(named_policy(weftd, "NetworkPolicy", policy));
}

// The AuthorizationPolicies that could have let it pass.
void learn_allowing(const Session& session, const ControlPlane& weftd, FailedHop& hop) {
  const auto dump = config_dump(session, weftd.state(), {namespace_of(hop), pod_name_of(hop)});
  if (!dump) return;
  for (const auto& policy : guarding_policies(read_config_dump(*dump))) {
    const bool is_own =
        policy.action == "ALLOW" && policy.mode == "enforced" && !policy.name.starts_with("NetworkPolicy");
    if (is_own) hop.allowing.push_back(named_policy(weftd, "AuthorizationPolicy", policy.name));
  }
}

}  // namespace

void learn_policies(const Session& session, const StateFolder& state, FailedRequest& request) {
  const ControlPlane weftd(state, session.clock);
  for (FailedHop& hop : request.hops) {
    if (!hop.rule.empty()) hop.policy_place = place_of(weftd, guard_object(read_guard_rule(hop.rule)));
  }
  FailedHop& culprit = request.culprit();
  if (may_be_cut(culprit)) learn_isolation(weftd, culprit);
  if (culprit.lacks_allowance() && culprit.isolating.empty()) learn_allowing(session, weftd, culprit);
}

}  // namespace weft::cli
