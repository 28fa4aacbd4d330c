#include <ostream>

#include "cli/mesh/take_down.h"
#include "cli/text/progress.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_down(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const auto grace = timeout_of(session.call, std::chrono::seconds(30));
  if (!grace) return stop(grace.error());
  const Time began = session.clock.now();
  const auto data = session.call.has("keep-data") ? Data::keep : Data::remove;
  const auto done = take_down(*state, session.clock, *grace, data);
  if (done.left_over > 0) {
    return stop(Exit::failed,
                std::to_string(done.left_over) + " processes of the mesh can't be ended; is it another user's?");
  }
  if (!done.was_running) {
    session.screen.out << "No mesh is running here (" << state->root.string() << ").\n";
    return Exit::ok;
  }
  if (done.killed > 0) session.screen.err << "! " << done.killed << " processes had to be killed\n";
  session.screen.out << session.screen.out_style.paint(Tone::good, "✔") << " stopped in "
                     << spoken(session.clock.now() - began) << "; nothing is left running\n";
  return Exit::ok;
}

}  // namespace

Command down_command() {
  return {.name = "down",
          .group = "start",
          .summary = "Stop the mesh: every process, namespace and rule of it",
          .flags = {{.name = "keep-data", .help = "keep the objects for the next `weft up`"},
                    timeout_flag("how long processes get to end by themselves (default 30s)")},
          .examples = {{"the mesh of this user", "weft down"}},
          .run = run_down};
}

}  // namespace weft::cli
