// What `weft mtls strict` writes, and whom it would keep out, from what proxies have observed. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/exit.h"
#include "cli/mesh/mutual_tls.h"
#include "model/labels.h"

namespace weft::cli {

// A workload's proxy as it was found.
struct WorkloadReport {
  std::string space;
  std::string workload;  // the Deployment's name, or the pod's own
  std::string pod;
  model::Labels labels;
  std::vector<PortMode> modes;
  Observation observation;
  Duration observed{};  // for how long
};

// Where STRICT is to hold: one workload, else one namespace, else the mesh.
struct StrictScope {
  std::string root_space = "istio-system";
  std::string space;     // empty: the mesh
  std::string workload;  // needs a space
  model::Labels selector;

  bool is_mesh() const { return space.empty(); }
  bool covers(const WorkloadReport& report) const;
  // Where the policy stands.
  const std::string& policy_space() const { return is_mesh() ? root_space : space; }
  std::string title() const;  // "shop/api", "namespace shop", "the mesh"
};

// Somebody who comes without mutual TLS now.
struct PlannedCaller {
  std::string caller;  // "shop/cron-5d" or an address
  std::string to;      // "shop/api"
  uint32_t port = 0;
  uint64_t connections = 0;
  WallTime last_seen{};
  bool is_refused = false;
  std::string why;  // of one who is not refused
};

// `policies` and `pods` are the mesh's PeerAuthentications and Pods. Those who are refused come first.
std::vector<PlannedCaller> plan_strict(const StrictScope& scope, const std::vector<WorkloadReport>& reports,
                                       const std::vector<api::Json>& policies, const std::vector<api::Json>& pods);

// The PeerAuthentication to apply: the one that decides at this scope with another mode, else a new one. A Failure
// where an older one for the same workload is in the way.
Expected<api::Json> strict_policy(const StrictScope& scope, const std::vector<api::Json>& policies);

}  // namespace weft::cli
