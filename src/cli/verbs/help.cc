#include "cli/words/help.h"

#include <ostream>

#include "cli/session.h"
#include "cli/verbs/verbs.h"
#include "cli/words/suggest.h"

namespace weft::cli {
namespace {

Outcome run_help(Session& session) {
  if (session.call.has("markdown")) {
    session.screen.out << reference_page(session.commands);
    return Exit::ok;
  }
  if (session.call.operands.empty()) {
    session.screen.out << overview(session.commands, session.screen.out_style);
    return Exit::ok;
  }
  const auto& word = session.call.operands.front();
  if (const auto* command = find_command(session.commands, word)) {
    session.screen.out << help_of(*command, session.screen.out_style);
    return Exit::ok;
  }
  std::vector<std::string_view> names;
  for (const auto& command : session.commands) names.push_back(command.name);
  return stop(Exit::usage, "there is no command \"" + word + "\"; " + did_you_mean(word, names), "weft help");
}

}  // namespace

Command help_command() {
  return {.name = "help",
          .group = "operate",
          .summary = "Show all commands, or one of them",
          .operands = {.usage = "[COMMAND]", .max = 1},
          .flags = {{.name = "markdown", .help = "the reference page of all commands"}},
          .run = run_help};
}

}  // namespace weft::cli
