// The files of -f: finds them, reads them all, and tells what they hold: resources, image commands, and everything that
// is wrong with any of them. Reads files, talks to nobody.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "api/resource.h"
#include "cli/exit.h"
#include "cli/input/image_map.h"
#include "cli/session.h"

namespace weft::cli {

enum class Descend : uint8_t { no, yes };

// One file to read, by the name to show it under.
struct ManifestFile {
  std::filesystem::path path;  // "-": standard input
  enum class Holds : uint8_t { resources, settings } holds = Holds::resources;
};

// All that was given with -f and --image. A value; nothing in it may be used while `findings` has errors.
struct Manifests {
  std::vector<api::Resource> resources;  // in the order in which they are best applied
  ImageMap images;
  api::Json mesh;  // MeshConfig of a weft.yaml, or null
  OutsideHosts outside;
  api::Findings findings;
  size_t files = 0;

  bool empty() const { return resources.empty() && images.empty() && mesh.is_null() && outside.empty(); }
};

// The files that `path` stands for: itself, or every .yaml, .yml and .json in it by name. Hidden files are passed over,
// folders below only entered with Descend::yes. weft.yaml holds settings, not resources.
Expected<std::vector<ManifestFile>> list_manifest_files(const std::filesystem::path& path, Descend descend);

// Reads what the verb's -f, -R and --image say. A path that does not exist is a Failure; everything wrong inside the
// files is in `findings`.
Expected<Manifests> read_manifests(const Session& session);

// The resources as they are sent: bodies, with the annotations that carry the place they came from.
std::vector<api::Json> bodies_of(const std::vector<api::Resource>& resources);

// Containers of Deployments and Pods that neither say a command nor have an image in `known`: each an error.
api::Findings missing_commands(const std::vector<api::Resource>& resources, const std::vector<std::string>& known);

}  // namespace weft::cli
