#include <algorithm>
#include <ostream>

#include "cli/input/manifests.h"
#include "cli/input/object_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// One object to delete.
struct Doomed {
  const api::Kind* kind = nullptr;
  std::string namespace_name;
  std::string name;
};

Expected<std::vector<Doomed>> from_files(const Session& session) {
  auto manifests = read_manifests(session);
  if (!manifests) return stop(std::move(manifests).error());
  if (api::has_errors(manifests->findings)) {
    return stop(Failure{.exit = Exit::invalid, .what = {}, .details = api::render(manifests->findings)});
  }
  std::vector<Doomed> doomed;
  for (const auto& resource : manifests->resources) {
    doomed.push_back({resource.kind, resource.metadata.namespace_name, resource.metadata.name});
  }
  std::ranges::reverse(doomed);  // what was applied first goes last
  return doomed;
}

Expected<std::vector<Doomed>> from_words(const Session& session, const ControlPlane& weftd) {
  const auto named = read_object_words(session.call.operands);
  if (!named) return stop(named.error());
  const auto labels = session.call.value_or("selector", "");
  std::vector<Doomed> doomed;
  for (const auto& one : *named) {
    const std::string space = one.kind->is_namespaced() ? session.namespace_name() : "";
    for (const auto& name : one.names) doomed.push_back({one.kind, space, name});
    if (!one.names.empty()) continue;
    if (labels.empty() && !session.call.has("all")) {
      return stop(Exit::usage, "weft delete needs names, -l LABELS, --all or -f FILE", "weft delete --help");
    }
    const auto list = weftd.list(*one.kind, {.namespace_name = space, .labels = labels, .name = {}});
    if (!list) return stop(list.error());
    for (const auto& item : list->items) doomed.push_back({one.kind, space, item["metadata"].value("name", "")});
  }
  return doomed;
}

Outcome remove_all(Session& session, const ControlPlane& weftd, const std::vector<Doomed>& doomed) {
  const bool names_only = session.call.value_or("output", "") == "name";
  std::optional<Failure> failure;
  for (const auto& one : doomed) {
    const Json named = {{"metadata", {{"name", one.name}}}};
    const auto removed = weftd.remove(*one.kind, one.namespace_name, one.name);
    if (removed) {
      session.screen.out << slug_of(*one.kind, named) << (names_only ? "\n" : " deleted\n");
    } else if (removed.error().exit != Exit::failed) {
      return stop(removed.error());
    } else if (!session.call.has("ignore-not-found")) {
      if (failure) session.screen.err << "✖ " << failure->what << "\n";
      failure = removed.error();
    }
  }
  if (failure) return stop(*std::move(failure));
  return Exit::ok;
}

Outcome run_delete(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*std::move(state), session.clock);
  const bool files = session.call.has("filename");
  if (files == !session.call.operands.empty()) {
    return stop(Exit::usage, "weft delete needs either KIND NAME... or -f FILE", "weft delete --help");
  }
  const auto doomed = files ? from_files(session) : from_words(session, weftd);
  if (!doomed) return stop(doomed.error());
  if (doomed->empty()) session.screen.err << "Nothing found.\n";
  return remove_all(session, weftd, *doomed);
}

}  // namespace

Command delete_command() {
  return {.name = "delete",
          .group = "config",
          .summary = "Delete objects by name, by label or by the files they were applied from",
          .operands = {.usage = "KIND NAME...", .min = 0, .max = 1000},
          .flags = {filename_flag(),
                    recursive_flag(),
                    {.name = "selector", .letter = 'l', .value = "LABELS", .help = "those with these labels"},
                    {.name = "all", .help = "every object of the kind in the namespace"},
                    {.name = "ignore-not-found", .help = "what is not there is no failure"},
                    {.name = "output", .letter = 'o', .value = "FORMAT", .help = "name", .choices = {"name"}}},
          .examples = {{"one object", "weft delete virtualservice nodejs-api -n nodejs-app"},
                       {"what a folder applied", "weft delete -f examples/nodejs-api"}},
          .run = run_delete};
}

}  // namespace weft::cli
