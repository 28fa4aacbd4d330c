// Reports of all sidecars of the mesh, asked through their admin sockets.
#pragma once

#include "cli/mesh/control_plane.h"
#include "cli/mesh/strict_plan.h"
#include "cli/session.h"

namespace weft::cli {

// What was found, and the sidecars that did not answer ("namespace/pod").
struct Survey {
  std::vector<WorkloadReport> reports;
  std::vector<std::string> silent;
};

// One after the other, so that it costs nobody anything; those of `namespace_name`, empty: of all.
Survey survey_workloads(const Session& session, const StateFolder& state, const std::vector<api::Json>& pods,
                        const std::string& namespace_name);

}  // namespace weft::cli
