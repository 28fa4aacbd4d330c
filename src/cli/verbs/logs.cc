#include <limits>
#include <ostream>

#include "base/strings.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/mesh/interrupts.h"
#include "cli/mesh/pod_log.h"
#include "cli/text/log_file.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// One log to print; `label` stands before its lines when there are several.
struct Source {
  std::string label;
  LogFile file;
};

Expected<std::vector<Json>> wanted_pods(Session& session, const StateFolder& state) {
  const ControlPlane weftd(state, session.clock);
  const auto labels = session.call.value("selector");
  if (!labels && session.call.operands.empty()) {
    return stop(Exit::usage, "weft logs needs a POD, -l LABELS, --weftd or --node", "weft logs --help");
  }
  Selection selection;
  if (labels) selection = {.namespace_name = session.namespace_name(), .labels = *labels, .name = {}};
  auto list = weftd.list(*api::find_kind_by_word("pods"), selection);
  if (!list) return stop(std::move(list).error());
  if (labels) return std::move(list->items);
  const auto pod = find_pod(session.call.operands.front(), session.namespace_name(), list->items);
  if (!pod) return stop(pod.error());
  std::erase_if(list->items, [&](const Json& item) {
    return item["metadata"].value("namespace", "") != pod->namespace_name ||
           item["metadata"].value("name", "") != pod->name;
  });
  return std::move(list->items);
}

Expected<std::vector<Source>> open_logs(Session& session, const StateFolder& state) {
  std::vector<std::pair<std::string, std::filesystem::path>> files;
  if (session.call.has("weftd")) files.emplace_back("", state.weftd_log());
  if (session.call.has("node")) files.emplace_back("", state.node_log());
  if (files.empty()) {
    const auto pods = wanted_pods(session, state);
    if (!pods) return stop(pods.error());
    for (const auto& pod : *pods) {
      const auto file = pod_log(pod, session.call.value_or("container", session.call.has("proxy") ? kSidecarName : ""));
      if (!file) return stop(file.error());
      const auto name = pod["metadata"].value("name", "");
      files.emplace_back(pods->size() > 1 ? "[" + name + "] " : "",
                         state.pod(pod["metadata"].value("namespace", ""), name) / *file);
    }
  }
  std::vector<Source> sources;
  for (const auto& [label, path] : files) {
    auto file = LogFile::open(path);
    if (!file) return stop(Exit::failed, "there is no log yet: " + file.error().detail, state.command("get pods -A"));
    sources.push_back({label, *std::move(file)});
  }
  return sources;
}

void print_lines(Session& session, const Source& source, std::string_view text) {
  if (source.label.empty()) {
    session.screen.out << text;
    return;
  }
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    session.screen.out << source.label << text.substr(begin, end - begin) << "\n";
    begin = end + 1;
  }
}

Outcome run_logs(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  auto lines = std::numeric_limits<size_t>::max();
  if (const auto given = session.call.value("tail"); given && *given != "-1") {
    const auto number = parse_unsigned(*given);
    if (!number) return stop(Exit::usage, "--tail can't be \"" + *given + "\"; it is a number of lines");
    lines = *number;
  }
  auto sources = open_logs(session, *state);
  if (!sources) return stop(std::move(sources).error());
  for (auto& source : *sources) print_lines(session, source, source.file.tail(lines));
  if (!session.call.has("follow")) return Exit::ok;
  Interrupts interrupts;
  while (session.screen.out.flush() && !interrupts.came_within(std::chrono::milliseconds(100))) {
    for (auto& source : *sources) print_lines(session, source, source.file.more());
  }
  return Exit::interrupted;
}

}  // namespace

Command logs_command() {
  return {.name = "logs",
          .group = "see",
          .summary = "Show what a pod, its proxy, weftd or weft-node wrote",
          .operands = {.usage = "[POD]", .max = 1},
          .flags = {{.name = "follow", .letter = 'f', .help = "go on with what is written from now on"},
                    {.name = "tail", .value = "LINES", .help = "only the last lines"},
                    {.name = "container",
                     .letter = 'c',
                     .value = "NAME",
                     .help = "of this container; istio-proxy is the sidecar"},
                    {.name = "proxy", .help = "the same as -c istio-proxy"},
                    {.name = "selector", .letter = 'l', .value = "LABELS", .help = "of every pod with these labels"},
                    {.name = "weftd", .help = "the control plane's log"},
                    {.name = "node", .help = "the node agent's log"}},
          .examples = {{"what the pods of an app write", "weft logs -n nodejs-app -l app=nodejs-api -f"},
                       {"a pod's sidecar", "weft logs -n nodejs-app nodejs-api-v2 --proxy"}},
          .run = run_logs};
}

}  // namespace weft::cli
