#include <algorithm>
#include <ostream>

#include "cli/input/ingress_gateway.h"
#include "cli/input/review.h"
#include "cli/mesh/submit.h"
#include "cli/text/output.h"
#include "cli/text/style.h"
#include "cli/verbs/in_force.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

void print_applied(Session& session, const Applied& applied) {
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format == Format::json || format == Format::yaml) {
    session.screen.out << print(applied.answer, format);
    return;
  }
  const std::string suffix = session.call.has("dry-run") ? " (dry run)" : "";
  for (const auto& object : applied.objects) {
    session.screen.out << object.slug;
    if (format != Format::name) session.screen.out << " " << object.result << suffix;
    session.screen.out << "\n";
  }
}

// What --dry-run=client prints: what would be sent, without asking weftd.
Outcome print_plan(Session& session, const Manifests& manifests) {
  for (const auto& resource : manifests.resources) session.screen.out << resource.slug() << " checked (dry run)\n";
  return Exit::ok;
}

// Then the gateway that Istio's default profile brings is looked after, too.
bool has_gateway(const Manifests& manifests) {
  return std::ranges::any_of(manifests.resources, [](const auto& one) { return one.kind->kind == "Gateway"; });
}

Outcome run_apply(Session& session) {
  if (!session.call.has("filename") && !session.call.has("image")) {
    return stop(Exit::usage, "weft apply needs -f FILE", "weft apply --help");
  }
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*std::move(state), session.clock);
  auto manifests = read_manifests(session);
  if (!manifests) return stop(std::move(manifests).error());
  const auto dry_run = session.call.value_or("dry-run", "none");
  if (auto sound = refuse_errors(*manifests, session.screen.err_style); !sound) return stop(sound.error());
  if (manifests->empty())
    return stop(Exit::failed, "there is nothing to apply: no object in " + counted(manifests->files, "file"));
  auto known = dry_run == "client" ? Expected<std::vector<Json>>{} : known_objects(weftd);
  if (!known) return stop(std::move(known).error());
  if (has_gateway(*manifests)) add_ingress_gateway(*manifests, *known);
  check_together(*manifests, *known, dry_run == "client" ? Images::may_lack_commands : Images::must_have_commands);
  if (auto sound = refuse_errors(*manifests, session.screen.err_style); !sound) return stop(sound.error());
  session.screen.err << describe_briefly(*manifests, session.screen.err_style) << std::flush;
  if (dry_run == "client") return print_plan(session, *manifests);

  const Time began = session.clock.now();
  const auto applied = submit(weftd, *manifests, *known, dry_run == "server" ? DryRun::yes : DryRun::no);
  if (!applied) return stop(applied.error());
  print_applied(session, *applied);
  for (const auto& warning : further_warnings(*applied)) session.screen.err << "! " << warning << "\n";
  if (!session.call.has("wait") || dry_run == "server") return Exit::ok;
  session.screen.out.flush();
  return wait_until_in_force(session, weftd, *applied, began);
}

}  // namespace

Command apply_command() {
  return {.name = "apply",
          .group = "config",
          .summary = "Create or change objects from files, all of them or none",
          .details =
              "Every file is read and checked first; with any error nothing is applied. A weft.yaml in a folder maps "
              "images\nto commands. All objects become one commit.",
          .flags = {filename_flag(),
                    recursive_flag(),
                    image_flag(),
                    {.name = "wait", .help = "return once every proxy concerned has the change in force"},
                    timeout_flag("how long --wait waits (default 30s; 0: for ever)"),
                    {.name = "dry-run",
                     .value = "WHERE",
                     .help = "change nothing: checked by weftd (server, the default) or here (client)",
                     .choices = {"none", "client", "server"},
                     .bare = "server"},
                    output_flag()},
          .examples = {{"a folder, and wait until it is in force", "weft apply -f examples/nodejs-api --wait"},
                       {"from standard input", "weft get vs nodejs-api -n nodejs-app -o yaml | weft apply -f -"}},
          .run = run_apply};
}

}  // namespace weft::cli
