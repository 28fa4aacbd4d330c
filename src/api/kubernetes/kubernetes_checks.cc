#include "api/kubernetes/kubernetes_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/injection.h"
#include "model/host_name.h"

namespace weft::api::kubernetes {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// Complains about each entry of the list `name` whose key() has come before.
template <class List, class Key>
void check_unique(const Place& place, std::string_view name, std::string_view what, const List& list, Key key) {
  const Place entries = place.at(name);
  std::set<std::string> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string identity = key(list[i]);
    if (identity.empty() || seen.insert(identity).second) continue;
    entries.at(i).error(Code::bad_value, fmt::format("the {} {} stands twice", what, identity));
  }
}

}  // namespace

Complaint check_config_key(std::string_view text) {
  if (!text.empty() && text.size() <= 253 && std::ranges::all_of(text, is_word_character)) return std::nullopt;
  return "must be up to 253 letters, digits, '-', '_' or '.'";
}

// What execve() can carry and a shell can print.
Complaint check_env_name(std::string_view text) {
  const bool printable = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '='; });
  if (!text.empty() && printable) return std::nullopt;
  return "is no name for a variable: printable, without '=' and blanks";
}

Complaint check_cluster_ip(std::string_view text) {
  if (text == "None" || model::is_ip_address(text)) return std::nullopt;
  return "must be an IP address or None";
}

Complaint check_address(std::string_view text) {
  if (model::is_ip_address(text)) return std::nullopt;
  return "is no IP address";
}

// kubernetes.io/tls and its like promise their keys.
void check_secret(const Place& place, Secret& secret) {
  struct Promise {
    std::string_view type;
    std::vector<std::string_view> keys;
  };
  static const std::vector<Promise> kPromises = {{kTlsSecretType, {"tls.crt", "tls.key"}},
                                                 {"kubernetes.io/dockerconfigjson", {".dockerconfigjson"}},
                                                 {"kubernetes.io/ssh-auth", {"ssh-privatekey"}}};
  for (const Promise& promise : kPromises) {
    if (promise.type != secret.type) continue;
    for (const auto key : promise.keys)
      if (!secret.has(key))
        place.at("data").error(Code::required, fmt::format("a Secret of type {} needs {}", promise.type, key));
  }
}

// Named ports are how EndpointSlices and routes tell them apart.
void check_service(const Place& place, Service& service) {
  if (service.type == "ExternalName") {
    if (service.external_name.empty())
      place.at("externalName").error(Code::required, "type ExternalName needs externalName");
    return;
  }
  if (service.ports.empty() && !service.is_headless())
    place.at("ports").error(Code::required, "the service has no ports");
  const Place ports = place.at("ports");
  for (size_t i = 0; service.ports.size() > 1 && i < service.ports.size(); ++i) {
    if (service.ports[i].name.empty()) {
      ports.at(i).error(Code::required, "with several ports, each needs a name",
                        "name it after its protocol: http-web");
    }
  }
  check_unique(place, "ports", "port name", service.ports, [](const ServicePort& port) { return port.name; });
  check_unique(place, "ports", "port", service.ports, [](const ServicePort& port) {
    return port.port == 0 ? "" : fmt::format("{}/{}", port.port, port.protocol);
  });
}

void check_env_var(const Place& place, EnvVar& variable) {
  if (variable.value_from && !variable.value.empty()) {
    place.at("valueFrom").error(Code::conflicting_fields, "value and valueFrom exclude each other");
  }
}

void check_env_from(const Place& place, EnvFrom& source) {
  if (source.config_map_ref && source.secret_ref)
    place.at("secretRef").error(Code::conflicting_fields, "configMapRef and secretRef exclude each other");
  if (!source.config_map_ref && !source.secret_ref)
    place.error(Code::required, "the entry names no object", "set configMapRef or secretRef");
}

// Kubernetes takes exactly one action per probe.
void check_probe(const Place& place, Probe& probe) {
  const int actions =
      probe.http_get.has_value() + probe.tcp_socket.has_value() + probe.exec.has_value() + probe.grpc.has_value();
  if (actions == 0) place.error(Code::required, "the probe asks nothing", "set httpGet, tcpSocket or exec");
  if (actions > 1) place.error(Code::conflicting_fields, "a probe asks in one way only");
}

void check_container(const Place& place, Container& container) {
  check_unique(place, "ports", "port name", container.ports, [](const ContainerPort& port) { return port.name; });
}

void check_pod_spec(const Place& place, PodSpec& spec) {
  if (spec.containers.empty() && place.has("containers"))
    place.at("containers").error(Code::required, "there is no container");
  check_unique(place, "containers", "container", spec.containers,
               [](const Container& container) { return container.name; });
}

void check_label_selector(const Place& place, LabelSelector& selector) {
  const Place list = place.at("matchExpressions");
  for (size_t i = 0; i < selector.match_expressions.size(); ++i) {
    const LabelRequirement& requirement = selector.match_expressions[i];
    const bool wants_values = requirement.op == "In" || requirement.op == "NotIn";
    if (requirement.op.empty() || wants_values != requirement.values.empty()) continue;
    list.at(i).error(Code::bad_value,
                     fmt::format("{} {}", requirement.op, wants_values ? "needs values" : "takes no values"));
  }
}

// With neither surge nor absence allowed, a rollout would stand still.
void check_strategy(const Place& place, DeploymentStrategy& strategy) {
  const RollingUpdate& update = strategy.rolling_update;
  if (strategy.type == "Recreate") {
    if (place.has("rollingUpdate"))
      place.at("rollingUpdate").error(Code::conflicting_fields, "Recreate takes no rollingUpdate");
    return;
  }
  if (update.max_surge.value == 0 && update.max_unavailable.value == 0) {
    place.at("rollingUpdate")
        .error(Code::bad_value, "maxSurge and maxUnavailable are both 0: nothing could be replaced");
  }
}

// A gateway pod is its proxy: the containers beside it have nobody who gives them names and a way out.
void check_pod_template(const Place& place, PodTemplate& pod_template) {
  if (!asks_for_gateway(pod_template.metadata)) return;
  const Place spec = place.at("spec");
  const Place containers = spec.at("containers");
  for (size_t i = 0; i < pod_template.spec.containers.size(); ++i) {
    if (pod_template.spec.containers[i].name == kProxyContainer) continue;
    containers.at(i).warn(Code::not_in_force, "accepted, not yet in force: containers beside a gateway's proxy");
  }
}

// A Deployment whose selector misses its own pods would make pods for ever.
void check_deployment(const Place& place, Deployment& deployment) {
  const LabelSelector& selector = deployment.selector;
  const Place at = place.at("selector");
  if (selector.match_labels.empty() && selector.match_expressions.empty()) {
    if (place.has("selector")) at.error(Code::required, "the selector is empty");
    return;
  }
  if (place.has("template") && !selector.selects(deployment.pod_template.metadata.labels)) {
    at.error(Code::conflicting_fields, "the selector does not select the template's labels",
             "make template.metadata.labels contain what selector.matchLabels asks for");
  }
}

}  // namespace weft::api::kubernetes
