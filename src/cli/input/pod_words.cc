#include "cli/input/pod_words.h"

#include <algorithm>

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

PodName name_of(const Json& pod) {
  return {pod["metadata"].value("namespace", ""), pod["metadata"].value("name", "")};
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

}  // namespace weft::cli
