#include "cli/input/pod_words.h"

#include <algorithm>
#include <array>

#include "cli/words/suggest.h"

namespace weft::cli {
namespace {

using api::Json;

// A word taken apart; empty parts were not given.
struct Wanted {
  std::string namespace_name;
  std::string name;
};

Wanted take_apart(std::string word) {
  for (const std::string_view prefix : {"pod/", "pods/", "po/", "deploy/", "deployment/", "deployments/"}) {
    if (word.starts_with(prefix)) return {{}, word.substr(prefix.size())};
  }
  if (const size_t slash = word.find('/'); slash != std::string::npos) {
    return {word.substr(0, slash), word.substr(slash + 1)};
  }
  if (const size_t dot = word.find('.'); dot != std::string::npos) return {word.substr(dot + 1), word.substr(0, dot)};
  return {{}, word};
}

PodName name_of(const Json& object) {
  return {object["metadata"].value("namespace", ""), object["metadata"].value("name", "")};
}

constexpr std::array<std::string_view, 3> kServicePrefixes = {"svc/", "service/", "services/"};

// A Service without a selector has no pods.
bool is_behind(const Json& service, const Json& pod) {
  const Json selector = service.value("/spec/selector"_json_pointer, Json::object());
  const Json labels = pod.value("/metadata/labels"_json_pointer, Json::object());
  return !selector.empty() && std::ranges::all_of(selector.items(), [&](const auto& wanted) {
    return labels.contains(wanted.key()) && labels[wanted.key()] == wanted.value();
  });
}

// First the exact name, then the start of one ("nodejs-api-v1" for a Deployment's pods).
const PodName* best(const std::vector<PodName>& names, const std::string& wanted) {
  const auto exact = std::ranges::find(names, wanted, &PodName::name);
  if (exact != names.end()) return &*exact;
  const auto start = std::ranges::find_if(names, [&](const PodName& one) { return one.name.starts_with(wanted); });
  return start == names.end() ? nullptr : &*start;
}

}  // namespace

Expected<PodName> find_pod(const std::string& word, const std::string& default_namespace,
                           const std::vector<Json>& pods) {
  const auto wanted = take_apart(word);
  // Every name begins with nothing: some pod would be meant.
  if (wanted.name.empty()) return stop(Exit::usage, "\"" + word + "\" names no pod", "weft get pods -A");
  const auto& space = wanted.namespace_name.empty() ? default_namespace : wanted.namespace_name;
  std::vector<PodName> here;
  std::vector<PodName> everywhere;
  for (const auto& pod : pods) {
    everywhere.push_back(name_of(pod));
    if (everywhere.back().namespace_name == space) here.push_back(everywhere.back());
  }
  if (const auto* found = best(here, wanted.name)) return *found;
  if (wanted.namespace_name.empty()) {
    if (const auto* found = best(everywhere, wanted.name)) return *found;
  }
  std::vector<std::string_view> names;
  for (const auto& one : everywhere) names.push_back(one.name);
  std::string what = "there is no pod \"" + wanted.name + "\" in namespace \"" + space + "\"";
  if (const auto near = did_you_mean(wanted.name, names); !near.empty()) what += "; " + near;
  return stop(Exit::failed, std::move(what), "weft get pods -A");
}

Expected<std::vector<PodName>> find_pods(const std::string& word, const std::string& default_namespace,
                                         const std::vector<Json>& pods, const std::vector<Json>& services) {
  const bool is_service = std::ranges::any_of(kServicePrefixes, [&](auto prefix) { return word.starts_with(prefix); });
  const auto wanted = take_apart(is_service ? word.substr(word.find('/') + 1) : word);
  const auto& space = wanted.namespace_name.empty() ? default_namespace : wanted.namespace_name;
  const auto is_it = [&](const Json& service) { return name_of(service) == PodName{space, wanted.name}; };
  const auto is_exact_pod = std::ranges::any_of(pods, is_it);
  const auto service = std::ranges::find_if(services, is_it);
  std::vector<PodName> found;
  for (const auto& pod : pods) {
    const PodName name = name_of(pod);
    if (name.namespace_name != space) continue;
    const bool fits = is_exact_pod && !is_service ? name.name == wanted.name
                      : service != services.end() ? is_behind(*service, pod)
                      : is_service                ? false
                                                  : name.name.starts_with(wanted.name + "-");
    if (fits) found.push_back(name);
  }
  if (!found.empty()) return found;
  return stop(Exit::failed, "no pod in namespace \"" + space + "\" is of \"" + word + "\"", "weft get pods -A");
}

}  // namespace weft::cli
