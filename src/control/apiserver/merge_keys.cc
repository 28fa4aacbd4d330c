#include "control/apiserver/merge_keys.h"

#include "control/store/json_access.h"

namespace weft::control {
namespace {

// One row of Kubernetes' patchMergeKey tags.
struct Rule {
  std::string_view parent;  // empty: any
  std::string_view field;
  ListMerge merge;
};

constexpr Rule kRules[] = {
    {"", "containers", {"name"}},
    {"", "initContainers", {"name"}},
    {"", "ephemeralContainers", {"name"}},
    {"", "env", {"name"}},
    {"", "volumes", {"name"}},
    {"", "volumeMounts", {"mountPath"}},
    {"", "volumeDevices", {"devicePath"}},
    {"", "imagePullSecrets", {"name"}},
    {"", "hostAliases", {"ip"}},
    {"", "topologySpreadConstraints", {"topologyKey"}},
    {"", "conditions", {"type"}},
    {"", "podIPs", {"ip"}},
    {"", "secrets", {"name"}},
    {"containers", "ports", {"containerPort"}},
    {"initContainers", "ports", {"containerPort"}},
    {"spec", "ports", {"port"}},  // of a Service
    {"metadata", "ownerReferences", {"uid"}},
    {"metadata", "finalizers", {"", true}},
};

}  // namespace

ListMerge list_merge(const api::Kind& kind, std::string_view parent, std::string_view field) {
  const bool is_metadata = parent == "metadata";
  const bool is_builtin = kind.group.empty() || kind.group == "apps";
  if (!is_builtin && !is_metadata) return {};
  for (const Rule& rule : kRules)
    if (rule.field == field && (rule.parent.empty() || rule.parent == parent)) return rule.merge;
  return {};
}

api::Json* find_item(api::Json& list, std::string_view key, const api::Json& value) {
  if (!list.is_array()) return nullptr;
  for (api::Json& item : list) {
    const api::Json* found = member(item, key);
    if (found != nullptr && *found == value) return &item;
  }
  return nullptr;
}

}  // namespace weft::control
