// Turns checked manifests into one apply: the objects, the image map, the mesh settings.
#pragma once

#include <string>
#include <vector>

#include "cli/input/manifests.h"
#include "cli/mesh/control_plane.h"

namespace weft::cli {

// The objects of the one commit: what the files hold, and the ConfigMaps that carry weft.yaml. `known` is what the
// store holds, for image maps that grow. Pure.
std::vector<api::Json> plan_objects(const Manifests& manifests, const std::vector<api::Json>& known);

// Applies them. A refusal by weftd is told with the files' own places where they are known.
Expected<Applied> submit(const ControlPlane& weftd, const Manifests& manifests, const std::vector<api::Json>& known,
                         DryRun dry_run);

// What weftd warns of beyond what the checks of the files said already (those end with their code, "[WFT1030]"). Pure.
std::vector<std::string> further_warnings(const Applied& applied);

// "items[2].spec.x", by which weftd names places in an apply, as the object and its file: "Service a/b (shop.yaml:12)
// spec.x". Pure.
std::string name_items(std::string text, const std::vector<api::Resource>& resources);

// The proxies that refused a revision, one line each, of a sync answer; empty when there are none. Pure.
std::string describe_refusals(const api::Json& sync);

}  // namespace weft::cli
