#include <ostream>

#include "cli/input/review.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

// With a mesh running, references may lead to what is in it; without one, the files stand alone.
std::vector<api::Json> objects_of_a_running_mesh(const Session& session) {
  if (session.call.has("offline")) return {};
  const auto state = choose_state_folder(session);
  if (!state) return {};
  auto known = known_objects(ControlPlane(*state, session.clock));
  return known ? *std::move(known) : std::vector<api::Json>{};
}

Outcome run_validate(Session& session) {
  if (!session.call.has("filename")) return stop(Exit::usage, "weft validate needs -f FILE", "weft validate --help");
  auto manifests = read_manifests(session);
  if (!manifests) return stop(std::move(manifests).error());
  check_together(*manifests, objects_of_a_running_mesh(session), Images::may_lack_commands);
  const bool wrong = api::has_errors(manifests->findings);
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(api::to_json(manifests->findings), format);
    return wrong ? Exit::invalid : Exit::ok;
  }
  session.screen.err << describe(*manifests, session.screen.err_style);
  const auto errors = api::count(manifests->findings, api::Severity::error);
  const auto warnings = api::count(manifests->findings, api::Severity::warning);
  auto& stream = wrong ? session.screen.err : session.screen.out;
  if (!wrong) stream << session.screen.out_style.paint(Tone::good, "✔") << " ";
  stream << counted(manifests->resources.size(), wrong ? "sound object" : "object") << " in "
         << counted(manifests->files, "file") << ": " << counted(errors, "error") << ", "
         << counted(warnings, "warning") << "\n";
  return wrong ? Exit::invalid : Exit::ok;
}

}  // namespace

Command validate_command() {
  return {.name = "validate",
          .group = "config",
          .summary = "Check files without applying them",
          .details =
              "Reads every file, says everything that is wrong with any of them, changes nothing. Works without a "
              "running mesh;\nwith one, hosts and subsets may be in it.",
          .flags = {filename_flag(),
                    recursive_flag(),
                    {.name = "offline", .help = "don't look at the running mesh"},
                    table_output_flag()},
          .examples = {{"a folder", "weft validate -f examples/nodejs-api"}},
          .run = run_validate};
}

}  // namespace weft::cli
