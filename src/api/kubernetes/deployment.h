// Deployment (apps/v1): how many Pods of a template run, and how they are replaced. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/kubernetes/pod.h"
#include "api/metadata.h"

namespace weft::api::kubernetes {

// One condition on a label. `values` is empty for Exists and DoesNotExist, and only for them.
struct LabelRequirement {
  std::string key;
  std::string op;  // In, NotIn, Exists, DoesNotExist
  std::vector<std::string> values;

  static const FieldTable& fields();
};

// All of it must hold.
struct LabelSelector {
  model::Labels match_labels;
  std::vector<LabelRequirement> match_expressions;

  bool selects(const model::Labels& labels) const;

  static const FieldTable& fields();
};

// What pods are made from. Of the metadata only labels and annotations count.
struct PodTemplate {
  Metadata metadata;
  PodSpec spec;

  static const FieldTable& fields();
};

// A count or a share of the replicas ("25%").
struct CountOrPercent {
  int32_t value = 0;
  bool is_percent = false;

  // The count out of `replicas`; a surge rounds up, an unavailability down.
  int32_t of(int32_t replicas, bool round_up) const;
};

// Bounds while pods are replaced; never both zero.
struct RollingUpdate {
  CountOrPercent max_surge{25, true};
  CountOrPercent max_unavailable{25, true};

  static const FieldTable& fields();
};

// How pods are replaced. `rolling_update` means nothing with Recreate.
struct DeploymentStrategy {
  std::string type = "RollingUpdate";  // or Recreate
  RollingUpdate rolling_update;

  static const FieldTable& fields();
};

// What the workloads controller last saw; counts of pods.
struct DeploymentStatus {
  int64_t observed_generation = 0;
  int32_t replicas = 0;
  int32_t updated_replicas = 0;
  int32_t ready_replicas = 0;
  int32_t available_replicas = 0;
  int32_t unavailable_replicas = 0;

  static const FieldTable& fields();
};

// A Deployment, spec and status in one. The selector is not empty and fits the template.
struct Deployment {
  int32_t replicas = 1;
  LabelSelector selector;
  PodTemplate pod_template;
  DeploymentStrategy strategy;
  int32_t min_ready_seconds = 0;
  int32_t progress_deadline_seconds = 600;
  bool paused = false;
  DeploymentStatus status;

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
