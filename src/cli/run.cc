#include "cli/run.h"

#include <ostream>

#include "cli/text/failure.h"
#include "cli/verbs/verbs.h"
#include "cli/words/help.h"

namespace weft::cli {
namespace {

int end(Screen& screen, const Failure& failure) {
  screen.out.flush();
  screen.err << render(failure, screen.err_style) << std::flush;
  return static_cast<int>(failure.exit);
}

void dress(Screen& screen, Terminals terminals, const Invocation& call) {
  const auto colour = call.value_or("color", "auto");
  terminals.out.color_flag = terminals.err.color_flag = colour;
  screen.out_style = choose_style(terminals.out);
  screen.err_style = choose_style(terminals.err);
}

}  // namespace

int run(std::span<const std::string> words, Screen& screen, const Terminals& terminals,
        const Surroundings& surroundings, const Clock& clock) {
  const auto commands = all_commands();
  screen.err_style = choose_style(terminals.err);
  const auto call = parse_command_line(commands, words);
  if (!call) return end(screen, call.error());
  dress(screen, terminals, *call);
  if (!call->command) {
    auto& stream = call->has("help") || words.empty() ? screen.out : screen.err;
    stream << overview(commands, screen.out_style) << std::flush;
    return static_cast<int>(words.empty() || call->has("help") ? Exit::ok : Exit::usage);
  }
  if (call->has("help")) {
    screen.out << help_of(*call->command, screen.out_style) << std::flush;
    return static_cast<int>(Exit::ok);
  }
  Session session{*call, commands, screen, surroundings, clock};
  const auto outcome = call->command->run(session);
  if (!outcome) return end(screen, outcome.error());
  screen.out.flush();
  return static_cast<int>(*outcome);
}

}  // namespace weft::cli
