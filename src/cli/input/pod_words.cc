#include "cli/input/pod_words.h"

#include <algorithm>

#include "cli/words/suggest.h"

namespace weft::cli {
namespace {

using api::Json;

// What a name in a word may be the name of. `anything`: the first of the others that there is.
enum class Named : uint8_t { anything, service, deployment };

// A word taken apart; empty parts were not given.
struct Wanted {
  std::string namespace_name;
  std::string name;
  Named kind = Named::anything;
};

// "NAMESPACE/NAME", "NAME.NAMESPACE" or "NAME"; behind a kind the name alone, but for Services.
Wanted take_apart_name(const std::string& word, Named kind) {
  if (const size_t slash = word.find('/'); slash != std::string::npos) {
    return {word.substr(0, slash), word.substr(slash + 1), kind};
  }
  if (const size_t dot = word.find('.'); dot != std::string::npos)
    return {word.substr(dot + 1), word.substr(0, dot), kind};
  return {{}, word, kind};
}

Wanted take_apart(const std::string& word) {
  for (const std::string_view prefix : {"pod/", "pods/", "po/"}) {
    if (word.starts_with(prefix)) return {{}, word.substr(prefix.size()), Named::anything};
  }
  for (const std::string_view prefix : {"deploy/", "deployment/", "deployments/"}) {
    if (word.starts_with(prefix)) return {{}, word.substr(prefix.size()), Named::deployment};
  }
  for (const std::string_view prefix : {"svc/", "service/", "services/"}) {
    if (word.starts_with(prefix)) return take_apart_name(word.substr(prefix.size()), Named::service);
  }
  return take_apart_name(word, Named::anything);
}

PodName name_of(const Json& object) {
  return {object["metadata"].value("namespace", ""), object["metadata"].value("name", "")};
}

// Whose pod it is; empty: no Deployment's.
std::string deployment_of(const Json& pod) {
  for (const auto& owner : pod.value("/metadata/ownerReferences"_json_pointer, Json::array())) {
    if (owner.value("kind", "") == "Deployment") return owner.value("name", "");
  }
  return {};
}

// A Service without a selector has no pods.
bool is_behind(const Json& service, const Json& pod) {
  const Json selector = service.value("/spec/selector"_json_pointer, Json::object());
  const Json labels = pod.value("/metadata/labels"_json_pointer, Json::object());
  return !selector.empty() && std::ranges::all_of(selector.items(), [&](const auto& wanted) {
    return labels.contains(wanted.key()) && labels[wanted.key()] == wanted.value();
  });
}

// Where the start of a name may end: one pod may be meant by any, several only by all before a dash.
enum class Start : uint8_t { anywhere, before_a_dash };

// The pods of `space` (empty: of all) that are meant: first the one of that name, then those behind the Service (null:
// none), then the Deployment's, then those whose names begin so.
std::vector<PodName> meant(const std::vector<Json>& pods, const Wanted& wanted, std::string_view space,
                           const Json* service, Start start) {
  const auto all = [&](auto fits) {
    std::vector<PodName> found;
    for (const auto& pod : pods) {
      auto name = name_of(pod);
      if ((space.empty() || name.namespace_name == space) && fits(pod, name.name)) found.push_back(std::move(name));
    }
    return found;
  };
  const bool is_anything = wanted.kind == Named::anything;
  std::vector<PodName> found;
  if (is_anything) found = all([&](const Json&, const std::string& name) { return name == wanted.name; });
  if (found.empty() && service != nullptr && wanted.kind != Named::deployment)
    found = all([&](const Json& pod, const std::string&) { return is_behind(*service, pod); });
  if (found.empty() && wanted.kind != Named::service)
    found = all([&](const Json& pod, const std::string&) { return deployment_of(pod) == wanted.name; });
  const std::string begin = wanted.name + (start == Start::before_a_dash ? "-" : "");
  if (found.empty() && is_anything)
    found = all([&](const Json&, const std::string& name) { return name.starts_with(begin); });
  return found;
}

// Every name begins with nothing: some pod would be meant.
Failure names_no_pod(const std::string& word) {
  return {.exit = Exit::usage, .what = "\"" + word + "\" names no pod", .hint = "weft get pods -A"};
}

Failure nothing_fits(const Wanted& wanted, std::string_view space, const std::vector<Json>& pods) {
  const bool is_deployment = wanted.kind == Named::deployment;
  std::vector<std::string> names;
  for (const auto& pod : pods) names.push_back(is_deployment ? deployment_of(pod) : name_of(pod).name);
  const std::string_view kind = is_deployment ? "pod of a Deployment" : "pod";
  std::string what =
      "there is no " + std::string(kind) + " \"" + wanted.name + "\" in namespace \"" + std::string(space) + "\"";
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (const auto near = did_you_mean(wanted.name, known); !near.empty()) what += "; " + near;
  return {.exit = Exit::failed, .what = std::move(what), .hint = "weft get pods -A"};
}

}  // namespace

Expected<PodName> find_pod(const std::string& word, const std::string& default_namespace,
                           const std::vector<Json>& pods) {
  const auto wanted = take_apart(word);
  if (wanted.name.empty() || wanted.kind == Named::service) return stop(names_no_pod(word));
  const auto& space = wanted.namespace_name.empty() ? default_namespace : wanted.namespace_name;
  auto found = meant(pods, wanted, space, nullptr, Start::anywhere);
  if (found.empty() && wanted.namespace_name.empty()) found = meant(pods, wanted, "", nullptr, Start::anywhere);
  if (found.empty()) return stop(nothing_fits(wanted, space, pods));
  return found.front();
}

Expected<std::vector<PodName>> find_pods(const std::string& word, const std::string& default_namespace,
                                         const std::vector<Json>& pods, const std::vector<Json>& services) {
  const auto wanted = take_apart(word);
  if (wanted.name.empty()) return stop(names_no_pod(word));
  const auto& space = wanted.namespace_name.empty() ? default_namespace : wanted.namespace_name;
  const auto service = std::ranges::find(services, PodName{space, wanted.name}, name_of);
  auto found = meant(pods, wanted, space, service == services.end() ? nullptr : &*service, Start::before_a_dash);
  if (!found.empty()) return found;
  return stop(Exit::failed, "no pod in namespace \"" + space + "\" is of \"" + word + "\"", "weft get pods -A");
}

}  // namespace weft::cli
