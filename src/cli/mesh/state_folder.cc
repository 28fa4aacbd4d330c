#include "cli/mesh/state_folder.h"

namespace weft::cli {

namespace fs = std::filesystem;

fs::path StateFolder::pod(std::string_view namespace_name, std::string_view name) const {
  return root / "pods" / (std::string(namespace_name) + "." + std::string(name));
}

std::string StateFolder::command(std::string_view verb_and_operands) const {
  std::string line = "weft " + std::string(verb_and_operands);
  if (is_default) return line;
  // Flags of ours go before the command that `exec` is to run.
  line.insert(std::min(line.find(" -- "), line.size()), " --state " + root.string());
  return line;
}

Expected<StateFolder> choose_state_folder(const Session& session) {
  const auto& around = session.surroundings;
  if (const auto given = session.call.value("state")) {
    if (given->empty()) return stop(Exit::usage, "--state needs the path of a folder");
    auto root = (around.working_folder / *given).lexically_normal();
    if (!root.has_filename()) root = root.parent_path();  // "dir/" names the same folder as "dir"
    return StateFolder{.root = std::move(root), .is_default = false};
  }
  // The specification has relative values ignored.
  if (const auto xdg = around.variable("XDG_STATE_HOME"); xdg && xdg->starts_with('/')) {
    return StateFolder{.root = (fs::path(*xdg) / "weft").lexically_normal()};
  }
  const auto home = around.variable("HOME");
  if (!home || !home->starts_with('/')) {
    return stop(Exit::usage, "neither HOME nor XDG_STATE_HOME is set, so there is no default state folder",
                "--state DIR");
  }
  return StateFolder{.root = (fs::path(*home) / ".local/state/weft").lexically_normal()};
}

}  // namespace weft::cli
