// BringUp: from checked manifests to a mesh whose pods are all ready, step by step, with progress on the screen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/input/expose.h"
#include "cli/input/manifests.h"
#include "cli/mesh/control_plane.h"
#include "cli/mesh/interrupts.h"
#include "cli/mesh/node_process.h"
#include "cli/mesh/readiness.h"
#include "cli/mesh/take_down.h"
#include "cli/text/progress.h"

namespace weft::cli {

// What `weft up` was asked for. A value.
struct UpPlan {
  StateFolder state;
  Manifests manifests;
  std::vector<Expose> exposes;
  uint16_t api_port = 7800;
  std::string log_level;                         // empty: weft-node's own choice
  std::optional<Duration> certificate_lifetime;  // of workloads; nothing: weftd's own choice
  std::vector<std::string> weftd_words;          // further flags of weftd, with their values
  std::filesystem::path node_program;
  Time deadline;
  Data earlier_data = Data::remove;  // keep: objects of an earlier run are there, and stay should this start fail
};

// The words weft-node is started with. Pure.
std::vector<std::string> node_words(const UpPlan& plan);

// One start of one mesh. Writes progress to session.screen.out. Its functions are called in their order; each ends with
// a Failure when something goes wrong, the time is over or Ctrl-C comes (Exit::interrupted). Ends nothing by itself.
class BringUp {
 public:
  BringUp(Session& session, UpPlan plan, Interrupts& interrupts);

  Expected<bool> start_processes();
  Expected<bool> apply_manifests();
  Expected<bool> wait_for_pods();
  Expected<bool> wait_for_proxies();

  NodeProcess& node() { return *node_; }
  // The manifests are in force as far as weftd is concerned; what fails after that can be looked at.
  bool is_applied() const { return !revision_.empty(); }
  const UpPlan& plan() const { return plan_; }

 private:
  Expected<bool> keep_waiting();
  Expected<bool> show(const std::vector<WorkloadProgress>& workloads);
  bool have_settled(const std::vector<WorkloadProgress>& workloads);
  Failure broken(const WorkloadProgress& workload) const;
  Failure overdue(const std::vector<WorkloadProgress>& workloads, const std::vector<api::Json>& pods) const;
  std::string log_of(const std::string& pod) const;
  void draw();

  Session& session_;
  UpPlan plan_;
  Interrupts& interrupts_;
  ControlPlane weftd_;
  ProgressBoard board_;
  std::optional<NodeProcess> node_;
  std::string revision_;
  std::optional<Time> ready_since_;
};

// The exposed services that are neither in the manifests nor in `known`, or lack the port, as findings of kind error.
// Pure.
api::Findings missing_services(const std::vector<Expose>& exposes, const Manifests& manifests,
                               const std::vector<api::Json>& known);

}  // namespace weft::cli
