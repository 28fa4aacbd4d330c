#include "api/kubernetes/deployment.h"

#include <algorithm>

#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {
namespace {

// spec as Kubernetes nests it; the typed value is flat.
const FieldTable& deployment_spec_fields() {
  static const FieldTable table =
      Describe<Deployment>("DeploymentSpec", "How many pods of which template run.")
          .field("replicas", &Deployment::replicas, "How many pods.")
          .at_least(0)
          .by_default("1")
          .field("selector", &Deployment::selector, "The pods that belong to it; must fit the template's labels.")
          .required()
          .field("template", &Deployment::pod_template, "What its pods are like.")
          .required()
          .field("strategy", &Deployment::strategy, "How pods are replaced when the template changes.")
          .field("minReadySeconds", &Deployment::min_ready_seconds, "How long a pod must be ready to count.")
          .at_least(0)
          .by_default("0")
          .field("progressDeadlineSeconds", &Deployment::progress_deadline_seconds,
                 "How long a replacement may take before it counts as stuck.")
          .at_least(0)
          .by_default("600")
          .field("paused", &Deployment::paused, "Whether changes of the template wait.")
          .kept({"revisionHistoryLimit"})
          .finish(check_deployment);
  return table;
}

}  // namespace

const FieldTable& LabelRequirement::fields() {
  static const FieldTable table = Describe<LabelRequirement>("LabelSelectorRequirement", "A condition on a label.")
                                      .field("key", &LabelRequirement::key, "The label.")
                                      .required()
                                      .check(check_label_key)
                                      .field("operator", &LabelRequirement::op, "How the label is compared.")
                                      .required()
                                      .one_of({"In", "NotIn", "Exists", "DoesNotExist"})
                                      .field("values", &LabelRequirement::values, "The values for In and NotIn.");
  return table;
}

const FieldTable& LabelSelector::fields() {
  static const FieldTable table =
      Describe<LabelSelector>("LabelSelector", "Pods, by labels; all of it must hold.")
          .field("matchLabels", &LabelSelector::match_labels, "Labels and their values.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("matchExpressions", &LabelSelector::match_expressions, "Further conditions on labels.")
          .finish(check_label_selector);
  return table;
}

const FieldTable& PodTemplate::fields() {
  static const FieldTable table = Describe<PodTemplate>("PodTemplateSpec", "What pods are made from.")
                                      .field("metadata", &PodTemplate::metadata, "Labels and annotations of the pods.")
                                      .field("spec", &PodTemplate::spec, "What runs in the pods.")
                                      .required()
                                      .finish(check_pod_template);
  return table;
}

const FieldTable& RollingUpdate::fields() {
  static const FieldTable table =
      Describe<RollingUpdate>("RollingUpdateDeployment", "How many pods are replaced at a time.")
          .field("maxSurge", &RollingUpdate::max_surge, "Pods there may be above the count.")
          .by_default("25%")
          .field("maxUnavailable", &RollingUpdate::max_unavailable, "Pods that may be missing.")
          .by_default("25%");
  return table;
}

const FieldTable& DeploymentStrategy::fields() {
  static const FieldTable table =
      Describe<DeploymentStrategy>("DeploymentStrategy", "How pods are replaced when the template changes.")
          .field("type", &DeploymentStrategy::type, "One after another, or all at once.")
          .one_of({"RollingUpdate", "Recreate"})
          .by_default("RollingUpdate")
          .field("rollingUpdate", &DeploymentStrategy::rolling_update, "Bounds of RollingUpdate.")
          .finish(check_strategy);
  return table;
}

const FieldTable& DeploymentStatus::fields() {
  static const FieldTable table =
      Describe<DeploymentStatus>("DeploymentStatus", "How far the deployment is; written by weftd.")
          .field("observedGeneration", &DeploymentStatus::observed_generation, "The generation this is about.")
          .field("replicas", &DeploymentStatus::replicas, "Pods there are.")
          .field("updatedReplicas", &DeploymentStatus::updated_replicas, "Pods of the newest template.")
          .field("readyReplicas", &DeploymentStatus::ready_replicas, "Pods that are ready.")
          .field("availableReplicas", &DeploymentStatus::available_replicas, "Pods that have been ready long enough.")
          .field("unavailableReplicas", &DeploymentStatus::unavailable_replicas, "Pods that are missing.")
          .kept({"conditions", "collisionCount", "terminatingReplicas"});
  return table;
}

const FieldTable& Deployment::fields() {
  static const FieldTable table = Describe<Deployment>("Deployment", "Keeps a number of pods of one template running.")
                                      .object_head()
                                      .flattened("spec", deployment_spec_fields, "How many pods of which template run.")
                                      .required()
                                      .field("status", &Deployment::status, "How far it is.");
  return table;
}

bool LabelSelector::selects(const model::Labels& labels) const {
  const auto holds = [&](const LabelRequirement& requirement) {
    const auto label = labels.find(requirement.key);
    const bool present = label != labels.end();
    const bool listed = present && std::ranges::find(requirement.values, label->second) != requirement.values.end();
    if (requirement.op == "In") return listed;
    if (requirement.op == "NotIn") return !listed;
    return present == (requirement.op == "Exists");
  };
  return model::selects(match_labels, labels) && std::ranges::all_of(match_expressions, holds);
}

// Kubernetes rounds a surge up and an unavailability down: at least one pod moves, never too many are missing.
int32_t CountOrPercent::of(int32_t replicas, bool round_up) const {
  if (!is_percent) return value;
  const int64_t hundredths = static_cast<int64_t>(replicas) * value;
  return static_cast<int32_t>((hundredths + (round_up ? 99 : 0)) / 100);
}

}  // namespace weft::api::kubernetes
