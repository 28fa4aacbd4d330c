// The checks that look at several objects at once, and how findings end a verb. Pure but for review(), which asks weftd
// for what else there is.
#pragma once

#include <string>
#include <vector>

#include "api/resource.h"
#include "cli/input/manifests.h"
#include "cli/mesh/control_plane.h"

namespace weft::cli {

// Adds to manifests.findings what is wrong between its objects and those that are there already (`known` bodies; none
// for a mesh that is about to start): unknown subsets and hosts, images without a command.
enum class Images : uint8_t { must_have_commands, may_lack_commands };
void check_together(Manifests& manifests, const std::vector<api::Json>& known, Images images);

// Everything in the store that check_together() looks at.
Expected<std::vector<api::Json>> known_objects(const ControlPlane& weftd);

// The findings with their source lines; and one line each, for warnings that should not drown what a verb prints.
std::string describe(const Manifests& manifests, const Style& style);
std::string describe_briefly(const Manifests& manifests, const Style& style);

// A failure with exit code 4 if there is any error.
Expected<bool> refuse_errors(const Manifests& manifests, const Style& style);

}  // namespace weft::cli
