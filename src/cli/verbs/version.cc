#include <ostream>

#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_version(Session& session) {
  const auto state = choose_state_folder(session);
  if (!state) return stop(state.error());
  api::Json versions = {{"client", WEFT_VERSION}};
  const auto server = ControlPlane(*state, session.clock).get("/version");
  if (server && server->is_object()) versions["server"] = server->value("gitVersion", "");
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(versions, format);
    return Exit::ok;
  }
  session.screen.out << "weft   " << WEFT_VERSION << "\n";
  session.screen.out << "weftd  " << (server ? versions["server"].get<std::string>() : "not running") << "\n";
  return Exit::ok;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .group = "operate",
          .summary = "Show the versions of this command and of the running control plane",
          .flags = {table_output_flag()},
          .run = run_version};
}

}  // namespace weft::cli
