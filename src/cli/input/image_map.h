// The image map: what a local pod runs for a container image. Comes from `images:` of weft.yaml and from --image; weftd
// keeps it as ConfigMap weft-system/weft-images, where weft-node looks. Pure.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/finding.h"
#include "api/tree.h"
#include "base/error.h"
#include "cli/input/outside_hosts.h"

namespace weft::cli {

// How to run one image. A value; `working_folder` is absolute.
struct ImageCommand {
  std::vector<std::string> command;
  std::string working_folder;
  std::map<std::string, std::string> variables;

  friend bool operator==(const ImageCommand&, const ImageCommand&) = default;
};

using ImageMap = std::map<std::string, ImageCommand>;

// "NAME=COMMAND" of --image; the command runs in `working_folder`. The name may hold ":" and "/", not "=".
Result<std::pair<std::string, ImageCommand>> parse_image_flag(std::string_view text,
                                                              const std::filesystem::path& working_folder);

// What a weft.yaml says. `mesh` is Istio's MeshConfig as it was written, null when absent.
struct MeshSettings {
  ImageMap images;
  api::Json mesh;
  OutsideHosts outside;
  api::Findings findings;
};

// Reads the document of a weft.yaml that lies in `folder`: relative working folders are relative to it. An image is a
// command line, or a map with command (a line or a list), workingDir and env. Opens the file that caFile names.
MeshSettings read_settings(const api::YamlFile& file, const std::filesystem::path& folder);

// The ConfigMap object, with these images added to the ones of `current` (an existing ConfigMap, or null).
api::Json image_config_map(const ImageMap& images, const api::Json& current);

// The names of images in such a ConfigMap.
std::vector<std::string> image_names(const api::Json& config_map);

}  // namespace weft::cli
