#include <ostream>

#include "cli/input/object_words.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/text/description.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// "app=a,version=v1", of a Deployment's matchLabels or a Service's selector; empty where nothing is selected.
std::string selector_of(const Json& object) {
  for (const auto* pointer : {"/spec/selector/matchLabels", "/spec/selector"}) {
    const Json::json_pointer place(pointer);
    if (!object.contains(place) || !object[place].is_object()) continue;
    std::string labels;
    for (const auto& [key, value] : object[place].items()) {
      if (value.is_string()) labels += (labels.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    }
    return labels;
  }
  return {};
}

std::vector<Json> pods_of(const ControlPlane& weftd, const Json& object) {
  const auto labels = selector_of(object);
  if (labels.empty()) return {};
  const auto space = object["metadata"].value("namespace", "");
  auto pods = weftd.list(*api::find_kind_by_word("pods"), {.namespace_name = space, .labels = labels, .name = {}});
  return pods ? std::move(pods->items) : std::vector<Json>{};
}

// Pods may be named as everywhere: by the start of their names, too.
Expected<std::vector<Json>> pods_by_words(const Session& session, const ControlPlane& weftd,
                                          const std::vector<std::string>& words) {
  const auto& kind = *api::find_kind_by_word("pods");
  const auto all = weftd.list(kind, {});
  if (!all) return stop(all.error());
  std::vector<Json> pods;
  for (const auto& word : words) {
    const auto name = find_pod(word, session.namespace_name(), all->items);
    if (!name) return stop(name.error());
    auto pod = weftd.object(kind, name->namespace_name, name->name);
    if (!pod) return stop(std::move(pod).error());
    pods.push_back(*std::move(pod));
  }
  return pods;
}

Expected<std::vector<Json>> objects_of(const Session& session, const ControlPlane& weftd, const NamedObjects& named) {
  const std::string space = named.kind->is_namespaced() ? session.namespace_name() : "";
  std::vector<Json> objects;
  if (named.kind->kind == "Pod" && !named.names.empty()) return pods_by_words(session, weftd, named.names);
  for (const auto& name : named.names) {
    auto object = weftd.object(*named.kind, space, name);
    if (!object) return stop(std::move(object).error());
    objects.push_back(*std::move(object));
  }
  if (!named.names.empty()) return objects;
  auto list = weftd.list(*named.kind, {.namespace_name = space});
  if (!list) return stop(std::move(list).error());
  return std::move(list->items);
}

Outcome run_describe(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const ControlPlane weftd(*std::move(state), session.clock);
  const auto named = read_object_words(session.call.operands);
  if (!named) return stop(named.error());
  bool first = true;
  for (const auto& one : *named) {
    const auto objects = objects_of(session, weftd, one);
    if (!objects) return stop(objects.error());
    for (const auto& object : *objects) {
      session.screen.out << (first ? "" : "\n---\n")
                         << describe_object(*one.kind, object, pods_of(weftd, object), session.clock.wall_now());
      first = false;
    }
  }
  if (first) session.screen.err << "Nothing found in namespace " << session.namespace_name() << ".\n";
  return Exit::ok;
}

}  // namespace

Command describe_command() {
  return {.name = "describe",
          .group = "config",
          .summary = "Show an object and how it is doing",
          .operands = {.usage = "KIND [NAME...]", .min = 1, .max = 1000},
          .examples = {{"why a pod is not ready", "weft describe pod nodejs-api-v2 -n nodejs-app"}},
          .run = run_describe};
}

}  // namespace weft::cli
