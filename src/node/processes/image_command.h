// What an image stands for on a machine without containers: a command, from the ConfigMap weft-system/weft-images. And
// what a container then runs. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/kubernetes/pod.h"
#include "base/error.h"

namespace weft::node {

// One entry of the map: `{"command": [...], "workingDir": "/abs", "env": {...}}`.
struct ImageCommand {
  std::vector<std::string> command;
  std::string working_dir;
  std::map<std::string, std::string> environment;
};
Result<ImageCommand> parse_image_command(std::string_view json);

// What a container runs: the program with its arguments, and where.
struct ContainerCommand {
  std::vector<std::string> words;
  std::string working_dir;
};

// As Kubernetes has it: `command` replaces the image's command, `args` are put behind either. Without both a `command`
// and an entry for the image, fails with `not_found` and the words a user needs to add one. `image` may be null.
Result<ContainerCommand> resolve_command(const api::kubernetes::Container& container, const ImageCommand* image);

}  // namespace weft::node
