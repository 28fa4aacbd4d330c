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
  bool is_deployment = false;
};

Wanted take_apart(std::string word) {
  for (const std::string_view prefix : {"pod/", "pods/", "po/"}) {
    if (word.starts_with(prefix)) return {{}, word.substr(prefix.size())};
  }
  for (const std::string_view prefix : {"deploy/", "deployment/", "deployments/"}) {
    if (word.starts_with(prefix)) return {{}, word.substr(prefix.size()), true};
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

// Whose pod it is; empty: no Deployment's.
std::string deployment_of(const Json& pod) {
  for (const auto& owner : pod.value("/metadata/ownerReferences"_json_pointer, Json::array())) {
    if (owner.value("kind", "") == "Deployment") return owner.value("name", "");
  }
  return {};
}

// A pod, and what else it can be called by.
struct Candidate {
  PodName pod;
  std::string deployment;
};

constexpr std::array<std::string_view, 3> kServicePrefixes = {"svc/", "service/", "services/"};

// A Service without a selector has no pods.
bool is_behind(const Json& service, const Json& pod) {
  const Json selector = service.value("/spec/selector"_json_pointer, Json::object());
  const Json labels = pod.value("/metadata/labels"_json_pointer, Json::object());
  return !selector.empty() && std::ranges::all_of(selector.items(), [&](const auto& wanted) {
    return labels.contains(wanted.key()) && labels[wanted.key()] == wanted.value();
  });
}

// First the exact name, then a pod of the Deployment of that name, then the start of a name.
const PodName* best(const std::vector<Candidate>& pods, const Wanted& wanted) {
  const auto first = [&](auto fits) -> const PodName* {
    const auto found = std::ranges::find_if(pods, fits);
    return found == pods.end() ? nullptr : &found->pod;
  };
  const auto* exact = first([&](const Candidate& one) { return one.pod.name == wanted.name; });
  if (exact != nullptr && !wanted.is_deployment) return exact;
  const auto* deployed = first([&](const Candidate& one) { return one.deployment == wanted.name; });
  if (deployed != nullptr || wanted.is_deployment) return deployed;
  return first([&](const Candidate& one) { return one.pod.name.starts_with(wanted.name); });
}

}  // namespace

Expected<PodName> find_pod(const std::string& word, const std::string& default_namespace,
                           const std::vector<Json>& pods) {
  const auto wanted = take_apart(word);
  // Every name begins with nothing: some pod would be meant.
  if (wanted.name.empty()) return stop(Exit::usage, "\"" + word + "\" names no pod", "weft get pods -A");
  const auto& space = wanted.namespace_name.empty() ? default_namespace : wanted.namespace_name;
  std::vector<Candidate> here;
  std::vector<Candidate> everywhere;
  for (const auto& pod : pods) {
    everywhere.push_back({name_of(pod), deployment_of(pod)});
    if (everywhere.back().pod.namespace_name == space) here.push_back(everywhere.back());
  }
  if (const auto* found = best(here, wanted)) return *found;
  if (wanted.namespace_name.empty()) {
    if (const auto* found = best(everywhere, wanted)) return *found;
  }
  std::vector<std::string_view> names;
  for (const auto& one : everywhere) names.push_back(wanted.is_deployment ? one.deployment : one.pod.name);
  const std::string_view kind = wanted.is_deployment ? "pod of a Deployment" : "pod";
  std::string what = "there is no " + std::string(kind) + " \"" + wanted.name + "\" in namespace \"" + space + "\"";
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
  const auto service = wanted.is_deployment ? services.end() : std::ranges::find_if(services, is_it);
  const auto is_of_deployment = [&](const Json& pod) {
    return name_of(pod).namespace_name == space && deployment_of(pod) == wanted.name;
  };
  const bool is_deployment = wanted.is_deployment || std::ranges::any_of(pods, is_of_deployment);
  std::vector<PodName> found;
  for (const auto& pod : pods) {
    const PodName name = name_of(pod);
    if (name.namespace_name != space) continue;
    const bool fits = is_exact_pod && !is_service && !wanted.is_deployment ? name.name == wanted.name
                      : service != services.end()                          ? is_behind(*service, pod)
                      : is_service                                         ? false
                      : is_deployment                                      ? is_of_deployment(pod)
                                                                           : name.name.starts_with(wanted.name + "-");
    if (fits) found.push_back(name);
  }
  if (!found.empty()) return found;
  return stop(Exit::failed, "no pod in namespace \"" + space + "\" is of \"" + word + "\"", "weft get pods -A");
}

}  // namespace weft::cli
