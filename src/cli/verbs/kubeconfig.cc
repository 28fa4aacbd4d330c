#include <ostream>

#include "base/read_file.h"
#include "cli/mesh/state_folder.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

Outcome run_kubeconfig(Session& session) {
  const auto state = choose_state_folder(session);
  if (!state) return stop(state.error());
  const auto path = state->kubeconfig();
  const auto text = read_file(path, kOwnFileBytesMax);
  if (!text) return stop(Exit::unreachable, "no mesh has written " + path.string(), state->command("up"));
  if (session.call.has("path")) {
    session.screen.out << path.string() << "\n";
    return Exit::ok;
  }
  session.screen.out << *text;
  return Exit::ok;
}

}  // namespace

Command kubeconfig_command() {
  return {
      .name = "kubeconfig",
      .group = "operate",
      .summary = "Print the kubeconfig by which kubectl reaches this mesh",
      .flags = {{.name = "path", .help = "the file's name instead of its contents"}},
      .examples = {{"kubectl against this mesh", "export KUBECONFIG=$(weft kubeconfig --path); kubectl get pods -A"}},
      .run = run_kubeconfig};
}

}  // namespace weft::cli
