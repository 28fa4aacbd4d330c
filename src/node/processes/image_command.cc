#include "node/processes/image_command.h"

#include "api/tree.h"

namespace weft::node {

Result<ImageCommand> parse_image_command(std::string_view json) {
  WEFT_TRY(const auto entry, api::parse_json(json));
  if (!entry.is_object() || !entry.contains("command") || !entry["command"].is_array()) {
    return fail(Reason::invalid, "an image's entry is {\"command\": [...], ...}", Side::client);
  }
  ImageCommand image;
  for (const auto& word : entry["command"]) {
    if (!word.is_string()) return fail(Reason::invalid, "a command's words are strings", Side::client);
    image.command.push_back(word.get<std::string>());
  }
  if (image.command.empty()) return fail(Reason::invalid, "an image's command is empty", Side::client);
  if (entry.contains("workingDir") && entry["workingDir"].is_string()) image.working_dir = entry["workingDir"];
  if (entry.contains("env") && entry["env"].is_object()) {
    for (const auto& [name, value] : entry["env"].items()) {
      if (value.is_string()) image.environment[name] = value.get<std::string>();
    }
  }
  return image;
}

Result<ContainerCommand> resolve_command(const api::kubernetes::Container& container, const ImageCommand* image) {
  ContainerCommand resolved;
  if (!container.command.empty()) {
    resolved.words = container.command;
  } else if (image != nullptr) {
    resolved.words = image->command;
  } else {
    return fail(Reason::not_found,
                "image " + container.image + " has no command on this machine; give it one with --image '" +
                    container.image + "=COMMAND' or under images: in weft.yaml",
                Side::client);
  }
  resolved.words.insert(resolved.words.end(), container.args.begin(), container.args.end());
  resolved.working_dir = container.working_dir;
  if (resolved.working_dir.empty() && image != nullptr) resolved.working_dir = image->working_dir;
  if (resolved.working_dir.empty()) resolved.working_dir = "/";
  return resolved;
}

}  // namespace weft::node
