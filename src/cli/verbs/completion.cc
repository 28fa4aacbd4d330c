#include "cli/words/completion.h"

#include <ostream>

#include "cli/mesh/control_plane.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_completion(Session& session) {
  session.screen.out << completion_script(session.call.operands.front());
  return Exit::ok;
}

// Live names; whatever goes wrong, a completion stays silent.
std::vector<std::string> names_of(const Session& session, std::string_view word, std::string_view namespace_name) {
  const auto* kind = api::find_kind_by_word(word);
  const auto state = choose_state_folder(session);
  if (!kind || !state) return {};
  const std::string space(kind->is_namespaced() ? namespace_name : "");
  const auto list = ControlPlane(*state, session.clock).list(*kind, {.namespace_name = space});
  std::vector<std::string> names;
  if (!list) return names;
  for (const auto& item : list->items) names.push_back(item["metadata"].value("name", ""));
  return names;
}

Outcome run_complete(Session& session) {
  const auto found = complete(session.commands, session.call.tail, [&](std::string_view word, std::string_view space) {
    return names_of(session, word, space);
  });
  for (const auto& one : found) session.screen.out << one << "\n";
  return Exit::ok;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .group = "operate",
          .summary = "Print a completion script for bash, zsh or fish",
          .operands = {.usage = "SHELL", .min = 1, .max = 1, .first = {"bash", "zsh", "fish"}},
          .examples = {{"for this shell", "source <(weft completion bash)"},
                       {"for every bash of yours",
                        "weft completion bash > ~/.local/share/bash-completion/completions/weft"}},
          .run = run_completion};
}

Command complete_command() {
  return {.name = "__complete",
          .group = "",
          .summary = "What could stand next on a command line",
          .operands = {.usage = "", .command_follows = true},
          .run = run_complete};
}

}  // namespace weft::cli
