#include <cerrno>
#include <ostream>

#include <unistd.h>

#include "cli/input/pod_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

// The pod that was named, so that a slip of the pen is told apart from a command that fails.
Expected<std::vector<std::string>> pod_words(Session& session, const ControlPlane& weftd) {
  auto space = session.namespace_name();
  std::vector<std::string> words;
  if (!session.call.operands.empty()) {
    const auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
    if (!pods) return stop(pods.error());
    const auto pod = find_pod(session.call.operands.front(), space, pods->items);
    if (!pod) return stop(pod.error());
    space = pod->namespace_name;
    words = {"--pod", pod->name};
  } else {
    const auto known = weftd.object(*api::find_kind_by_word("namespaces"), "", space);
    if (!known) return stop(known.error());
    if (const auto account = session.call.value("as")) words = {"--as", *account};
    if (session.call.has("no-sidecar")) words.emplace_back("--no-sidecar");
  }
  words.insert(words.begin(), {"-n", space});
  return words;
}

// Becomes `weft-node exec`, so that exit code, signals and stdio are the command's own.
Failure become(const std::filesystem::path& program, std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  return stop(system_error("running " + program.string(), errno)).error();
}

Outcome run_exec(Session& session) {
  if (session.call.tail.empty()) {
    return stop(Exit::usage, "weft exec needs a command after \"--\"",
                "weft exec -n NAMESPACE -- curl -s http://SERVICE/");
  }
  if (!session.call.operands.empty() && (session.call.has("as") || session.call.has("no-sidecar"))) {
    return stop(Exit::usage, "--as and --no-sidecar are for a fresh pod; with a POD they make no sense");
  }
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*state, session.clock);
  auto pod = pod_words(session, weftd);
  if (!pod) return stop(std::move(pod).error());
  const auto program = session.surroundings.program_folder / "weft-node";
  std::vector<std::string> words = {program.string(), "exec", "--state", state->root.string()};
  words.insert(words.end(), pod->begin(), pod->end());
  if (session.call.has("tty")) words.emplace_back("-t");
  words.emplace_back("--");
  words.insert(words.end(), session.call.tail.begin(), session.call.tail.end());
  session.screen.out.flush();
  return stop(become(program, std::move(words)));
}

}  // namespace

Command exec_command() {
  return {
      .name = "exec",
      .group = "see",
      .summary = "Run a command in a pod, or in a fresh pod of its own inside the mesh",
      .details =
          "Without POD the command runs in a fresh pod with a sidecar, which is gone afterwards. Exit code, signals "
          "and stdio\npass through.",
      .operands = {.usage = "[POD]", .max = 1, .command_follows = true},
      .flags = {{.name = "as", .value = "ACCOUNT", .help = "the fresh pod's service account (default: default)"},
                {.name = "no-sidecar", .help = "the fresh pod is outside the mesh"},
                {.name = "tty", .letter = 't', .help = "with a terminal of its own"},
                {.name = "stdin", .letter = 'i', .help = "accepted: standard input is always passed on"}},
      .examples = {{"a request from inside the mesh", "weft exec -n nodejs-app -- curl -s http://nodejs-api:3000/"},
                   {"a shell in a pod", "weft exec -n nodejs-app -t nodejs-api-v2 -- sh"}},
      .run = run_exec};
}

}  // namespace weft::cli
