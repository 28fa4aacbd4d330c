#include "node/processes/environment.h"

#include <cstdlib>
#include <optional>

namespace weft::node {
namespace {

constexpr size_t kTextMax = 128 * 1024;  // MAX_ARG_STRLEN of execve(2), of a word and of a variable alike

// The key of "metadata.labels['KEY']"; nothing where the path is no such subscript.
std::optional<std::string_view> subscript(std::string_view path, std::string_view of) {
  if (!path.starts_with(of)) return std::nullopt;
  path.remove_prefix(of.size());
  if (path.size() < 4 || !path.starts_with("['") || !path.ends_with("']")) return std::nullopt;
  return path.substr(2, path.size() - 4);
}

std::string value_or_empty(const model::Labels& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? "" : found->second;
}

Result<std::string> source_value(const api::kubernetes::EnvVar& variable, const PodFacts& pod) {
  const auto& source = *variable.value_from;
  if (source.field_ref) return field_value(pod, source.field_ref->field_path);
  const auto& key = source.config_map_key_ref ? source.config_map_key_ref : source.secret_key_ref;
  if (key && key->optional) return std::string();
  return fail(Reason::unsupported, "env " + variable.name + ": local pods take values from fields of the Pod only",
              Side::client);
}

}  // namespace

Result<std::string> field_value(const PodFacts& pod, std::string_view path) {
  const auto& metadata = *pod.metadata;
  if (path == "metadata.name") return metadata.name;
  if (path == "metadata.namespace") return metadata.namespace_name;
  if (path == "metadata.uid") return metadata.uid;
  if (path == "spec.nodeName") return pod.node_name;
  if (path == "spec.serviceAccountName") return pod.spec->service_account_name;
  if (path == "status.podIP" || path == "status.podIPs") return pod.pod_ip;
  if (path == "status.hostIP" || path == "status.hostIPs") return pod.host_ip;
  if (const auto key = subscript(path, "metadata.labels")) return value_or_empty(metadata.labels, *key);
  if (const auto key = subscript(path, "metadata.annotations")) return value_or_empty(metadata.annotations, *key);
  return fail(Reason::not_found, "fieldRef " + std::string(path) + " is no field that a variable can have",
              Side::client);
}

Result<std::string> expand_references(std::string_view text, const Variables& known) {
  std::string out;
  size_t close = text.find(')');  // the first from `at` on, looked for once: texts may be long
  for (size_t at = 0; at < text.size() && out.size() <= kTextMax;) {
    if (close < at) close = text.find(')', at);
    if (text.substr(at).starts_with("$$")) {
      out += '$';
      at += 2;
    } else if (text.substr(at).starts_with("$(") && close != std::string_view::npos) {
      const auto found = known.find(std::string(text.substr(at + 2, close - at - 2)));
      out += found == known.end() ? text.substr(at, close + 1 - at) : std::string_view(found->second);
      at = close + 1;
    } else {
      out += text[at++];
    }
  }
  if (out.size() > kTextMax) return fail(Reason::too_large, "a text is longer than 128 KiB", Side::client);
  return out;
}

Result<Variables> container_environment(Variables before, const api::kubernetes::Container& container,
                                        const PodFacts& pod) {
  for (const auto& variable : container.env) {
    if (!variable.value_from) {
      auto value = expand_references(variable.value, before);
      if (!value) return fail(std::move(value.error()).during("env " + variable.name));
      before[variable.name] = *std::move(value);
      continue;
    }
    WEFT_TRY(before[variable.name], source_value(variable, pod));
  }
  return before;
}

std::vector<std::string> to_texts(const Variables& variables) {
  std::vector<std::string> texts;
  texts.reserve(variables.size());
  for (const auto& [name, value] : variables) texts.push_back(name + "=" + value);
  return texts;
}

Variables base_environment(const std::string& hostname) {
  Variables variables;
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "USER", "TZ"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr) variables[name] = value;
  }
  variables.try_emplace("PATH", "/usr/local/bin:/usr/bin:/bin");
  variables["HOSTNAME"] = hostname;
  return variables;
}

}  // namespace weft::node
