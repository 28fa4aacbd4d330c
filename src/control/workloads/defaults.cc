#include "control/workloads/defaults.h"

#include <string_view>

#include "api/base64.h"

namespace weft::control {
namespace {

using api::Json;

void set_missing(Json& object, const char* member, Json value) {
  if (!object.contains(member) || object[member].is_null()) object[member] = std::move(value);
}

// Calls `fill` for every map in the list under `member`, if there is one.
template <class Fill>
void for_each(Json& object, const char* member, Fill fill) {
  const auto list = object.find(member);
  if (list == object.end() || !list->is_array()) return;
  for (Json& item : *list)
    if (item.is_object()) fill(item);
}

void fill_probe(Json& container, const char* member) {
  const auto probe = container.find(member);
  if (probe == container.end() || !probe->is_object()) return;
  set_missing(*probe, "timeoutSeconds", 1);
  set_missing(*probe, "periodSeconds", 10);
  set_missing(*probe, "successThreshold", 1);
  set_missing(*probe, "failureThreshold", 3);
}

void fill_container(Json& container) {
  set_missing(container, "imagePullPolicy", "IfNotPresent");
  for_each(container, "ports", [](Json& port) { set_missing(port, "protocol", "TCP"); });
  for (const char* probe : {"readinessProbe", "livenessProbe", "startupProbe"}) fill_probe(container, probe);
}

void fill_pod_spec(Json& spec) {
  set_missing(spec, "restartPolicy", "Always");
  set_missing(spec, "dnsPolicy", "ClusterFirst");
  set_missing(spec, "terminationGracePeriodSeconds", 30);
  for_each(spec, "containers", fill_container);
}

void fill_pod(Json& body) {
  Json& spec = body["spec"];
  fill_pod_spec(spec);
  set_missing(spec, "serviceAccountName", "default");
  set_missing(body["status"], "phase", "Pending");
}

void fill_deployment(Json& body) {
  Json& spec = body["spec"];
  set_missing(spec, "replicas", 1);
  set_missing(spec, "revisionHistoryLimit", 10);
  set_missing(spec, "progressDeadlineSeconds", 600);
  set_missing(spec, "strategy", Json::object());
  Json& strategy = spec["strategy"];
  set_missing(strategy, "type", "RollingUpdate");
  if (strategy["type"] == "RollingUpdate") {
    set_missing(strategy, "rollingUpdate", Json::object());
    set_missing(strategy["rollingUpdate"], "maxSurge", "25%");
    set_missing(strategy["rollingUpdate"], "maxUnavailable", "25%");
  }
  fill_pod_spec(spec["template"]["spec"]);
}

void fill_service(Json& body) {
  Json& spec = body["spec"];
  set_missing(spec, "type", "ClusterIP");
  set_missing(spec, "sessionAffinity", "None");
  if (spec["type"] == "ExternalName") return;
  set_missing(spec, "internalTrafficPolicy", "Cluster");
  set_missing(spec, "ipFamilies", Json::array({"IPv4"}));
  set_missing(spec, "ipFamilyPolicy", "SingleStack");
  for_each(spec, "ports", [](Json& port) {
    set_missing(port, "protocol", "TCP");
    if (port.contains("port")) set_missing(port, "targetPort", port["port"]);
  });
}

void fill_namespace(Json& body) {
  set_missing(body["spec"], "finalizers", Json::array({"kubernetes"}));
  set_missing(body["status"], "phase", "Active");
}

// What a writer gave as text wins over what was there, and becomes part of the data.
void fill_secret(Json& body) {
  set_missing(body, "type", "Opaque");
  const auto texts = body.find("stringData");
  if (texts == body.end()) return;
  set_missing(body, "data", Json::object());
  for (const auto& [key, text] : texts->items())
    if (text.is_string()) body["data"][key] = api::encode_base64(text.get<std::string>());
  body.erase("stringData");
}

void fill_network_policy(Json& body) {
  Json& spec = body["spec"];
  if (!spec.contains("policyTypes") || spec["policyTypes"].empty()) {
    const bool has_egress = spec.contains("egress") && !spec["egress"].empty();
    spec["policyTypes"] = has_egress ? Json::array({"Ingress", "Egress"}) : Json::array({"Ingress"});
  }
  const auto fill_rule = [](Json& rule) {
    for_each(rule, "ports", [](Json& port) { set_missing(port, "protocol", "TCP"); });
  };
  for_each(spec, "ingress", fill_rule);
  for_each(spec, "egress", fill_rule);
}

}  // namespace

void fill_defaults(const api::Kind& kind, Json& body) {
  if (kind.kind == "Pod") return fill_pod(body);
  if (kind.kind == "Deployment") return fill_deployment(body);
  if (kind.kind == "Service") return fill_service(body);
  if (kind.kind == "Namespace") return fill_namespace(body);
  if (kind.kind == "Secret") return fill_secret(body);
  if (kind.kind == "NetworkPolicy") return fill_network_policy(body);
}

}  // namespace weft::control
