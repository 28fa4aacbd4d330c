#include "node/processes/environment.h"

#include <cstdlib>
#include <optional>

#include "api/kubernetes/kubernetes_checks.h"

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

// Nothing: it may be missing, and is; then there is no such variable.
Result<std::optional<std::string>> key_value(const DataObject& object, const api::kubernetes::KeyReference& reference,
                                             const PodFacts& pod, const DataObjects& objects) {
  const auto found = objects.find(object);
  if (found == objects.end()) {
    if (reference.optional) return std::nullopt;
    return fail(Reason::invalid, missing_object(object), Side::client);
  }
  const auto value = found->second.find(reference.key);
  if (value != found->second.end()) return value->second;
  if (reference.optional) return std::nullopt;
  return fail(Reason::invalid, missing_key(object, pod.metadata->namespace_name, reference.key), Side::client);
}

Result<std::optional<std::string>> source_value(const api::kubernetes::EnvSource& source, const PodFacts& pod,
                                                const DataObjects& objects) {
  if (source.config_map_key_ref) {
    const auto& reference = *source.config_map_key_ref;
    return key_value({DataObject::Kind::config_map, reference.name}, reference, pod, objects);
  }
  if (source.secret_key_ref) {
    const auto& reference = *source.secret_key_ref;
    return key_value({DataObject::Kind::secret, reference.name}, reference, pod, objects);
  }
  if (source.field_ref) return field_value(pod, source.field_ref->field_path);
  return fail(Reason::invalid, "valueFrom names nothing that local pods have", Side::client);
}

Result<std::optional<std::string>> value_of(const api::kubernetes::EnvVar& variable, const Variables& before,
                                            const PodFacts& pod, const DataObjects& objects) {
  if (!variable.value_from) return expand_references(variable.value, before);
  return source_value(*variable.value_from, pod, objects);
}

// Whether a process can be given it (execve(2)); and environments end at a NUL.
Result<> check_variable(std::string_view name, std::string_view value) {
  if (name.size() + value.size() + 2 > kTextMax)
    return fail(Reason::too_large, "a text is longer than 128 KiB", Side::client);
  if (value.contains('\0')) return fail(Reason::invalid, "its value holds a NUL byte", Side::client);
  return {};
}

Result<> add_all(const api::kubernetes::EnvFrom& source, const DataObjects& objects, Variables& variables) {
  const bool is_secret = source.secret_ref.has_value();
  const auto& reference = is_secret ? source.secret_ref : source.config_map_ref;
  if (!reference) return {};
  const DataObject object{is_secret ? DataObject::Kind::secret : DataObject::Kind::config_map, reference->name};
  const auto found = objects.find(object);
  if (found == objects.end()) {
    if (reference->optional) return {};
    return fail(Reason::invalid, missing_object(object), Side::client);
  }
  for (const auto& [key, value] : found->second) {
    const std::string name = source.prefix + key;
    if (api::kubernetes::check_env_name(name)) continue;  // no name: passed over, as by Kubernetes
    if (auto good = check_variable(name, value); !good) return fail(std::move(good.error()).during("env " + name));
    variables[name] = value;
  }
  return {};
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
  return fail(Reason::invalid, "fieldRef " + std::string(path) + " is no field that a variable can have", Side::client);
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
                                        const PodFacts& pod, const DataObjects& objects) {
  for (const auto& source : container.env_from) WEFT_CHECK(add_all(source, objects, before));
  for (const auto& variable : container.env) {
    auto value = value_of(variable, before, pod, objects);
    if (value && *value) {
      if (auto good = check_variable(variable.name, **value); !good) value = fail(std::move(good).error());
    }
    if (!value) return fail(std::move(value.error()).during("env " + variable.name));
    if (*value) before[variable.name] = **std::move(value);
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
