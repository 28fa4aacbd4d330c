#include "api/guard_references.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/istio/authorization_policy.h"
#include "api/istio/request_authentication.h"
#include "api/mesh_in_scene.h"
#include "api/reference_finding.h"

namespace weft::api {
namespace {

using istio::AuthorizationAction;
using istio::AuthorizationPolicy;
using istio::ExtensionProvider;
using istio::MeshConfig;
using istio::PolicySelector;

const model::Labels& guarded_labels(const std::optional<PolicySelector>& selector) {
  static const model::Labels kEveryone;
  return selector ? selector->match_labels : kEveryone;
}

// A policy of the root namespace is for the workloads of all.
void check_selector(const Resource& resource, const std::optional<PolicySelector>& selector, const MeshConfig& mesh,
                    const ReferenceScene& scene, Findings& findings) {
  const auto& space = resource.metadata.namespace_name;
  if (guarded_labels(selector).empty() || space == mesh.root_namespace) return;
  if (selects_any(scene, space, guarded_labels(selector), {})) return;
  findings.push_back(finding_at(resource, "spec.selector", Severity::warning, Code::no_workload,
                                "the selector takes no workload that is known"));
}

bool asks_by_custom(const AuthorizationPolicy& policy) {
  return policy.action == AuthorizationAction::custom && policy.provider;
}

// Whether some workload may be guarded by both.
bool are_for_one_workload(const Resource& one, const Resource& other, const MeshConfig& mesh,
                          const ReferenceScene& scene) {
  const auto& space = one.metadata.namespace_name;
  const auto& other_space = other.metadata.namespace_name;
  if (space != other_space && space != mesh.root_namespace && other_space != mesh.root_namespace) return false;
  const auto& labels = guarded_labels(one.as<AuthorizationPolicy>()->selector);
  const auto& other_labels = guarded_labels(other.as<AuthorizationPolicy>()->selector);
  if (labels.empty() || other_labels.empty()) return true;
  return selects_any(scene, space == mesh.root_namespace ? other_space : space, labels, other_labels);
}

void check_provider_is_declared(const Resource& resource, const MeshConfig& mesh, Findings& findings) {
  const std::string& name = resource.as<AuthorizationPolicy>()->provider->name;
  const auto found = std::ranges::find(mesh.extension_providers, name, &ExtensionProvider::name);
  const bool can_be_asked =
      found != mesh.extension_providers.end() && (found->envoy_ext_authz_http || found->envoy_ext_authz_grpc);
  if (can_be_asked) return;
  findings.push_back(finding_at(resource, "spec.provider.name", Severity::warning, Code::bad_value,
                                fmt::format("no MeshConfig that is known declares the authorizer \"{}\": whatever it "
                                            "would be asked about is refused",
                                            name)));
  findings.back().hint = "declare it in extensionProviders, as envoyExtAuthzHttp or envoyExtAuthzGrpc";
}

// As Istio without its feature flag for several.
void check_provider_is_the_only_one(const Resource& resource, const MeshConfig& mesh, const ReferenceScene& scene,
                                    Findings& findings) {
  const std::string& name = resource.as<AuthorizationPolicy>()->provider->name;
  for (const Resource* other : scene.all) {
    const auto* theirs = other->as<AuthorizationPolicy>();
    if (theirs == nullptr || other == &resource || !asks_by_custom(*theirs) || theirs->provider->name == name) continue;
    if (!are_for_one_workload(resource, *other, mesh, scene)) continue;
    findings.push_back(finding_at(resource, "spec.provider.name", Severity::warning, Code::conflicting_policies,
                                  fmt::format("{} asks another authorizer about the same workloads: whatever either "
                                              "would be asked about is refused",
                                              name_with_place(*other))));
  }
}

}  // namespace

void check_authorization_policy(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& policy = *resource.as<AuthorizationPolicy>();
  const MeshConfig mesh = mesh_config_of(scene);
  check_selector(resource, policy.selector, mesh, scene, findings);
  if (!asks_by_custom(policy)) return;
  check_provider_is_declared(resource, mesh, findings);
  check_provider_is_the_only_one(resource, mesh, scene, findings);
}

void check_request_authentication(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  check_selector(resource, resource.as<istio::RequestAuthentication>()->selector, mesh_config_of(scene), scene,
                 findings);
}

}  // namespace weft::api
