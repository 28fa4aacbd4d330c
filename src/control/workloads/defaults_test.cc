// What Kubernetes writes into objects when they are stored: a line for each field, as JSON pointer and value.
#include "control/workloads/defaults.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

Json filled(const char* word, const char* yaml) {
  const auto file = api::parse_yaml(yaml, "t.yaml");
  EXPECT_TRUE(file.findings.empty()) << yaml;
  Json body = api::to_json(file.documents.at(0));
  fill_defaults(*api::find_kind_by_word(word), body);
  Json again = body;
  fill_defaults(*api::find_kind_by_word(word), again);
  EXPECT_EQ(again, body) << "filled twice";
  return body;
}

// A field and its value; null: the field is not there.
struct Filled {
  const char* pointer;
  Json value;
};

void expect(const Json& body, const std::vector<Filled>& fields) {
  for (const auto& [pointer, value] : fields) {
    const Json::json_pointer place(pointer);
    EXPECT_EQ(body.contains(place) ? body.at(place) : Json(), value) << pointer;
  }
}

TEST(Defaults, OfAPod) {
  expect(
      filled("pod", "spec: {containers: [{name: a, ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {}}}]}"),
      {{"/spec/restartPolicy", "Always"},
       {"/spec/dnsPolicy", "ClusterFirst"},
       {"/spec/terminationGracePeriodSeconds", 30},
       {"/spec/serviceAccountName", "default"},
       {"/status/phase", "Pending"},
       {"/spec/containers/0/imagePullPolicy", "IfNotPresent"},
       {"/spec/containers/0/ports/0/protocol", "TCP"},
       {"/spec/containers/0/readinessProbe/timeoutSeconds", 1},
       {"/spec/containers/0/readinessProbe/periodSeconds", 10},
       {"/spec/containers/0/readinessProbe/successThreshold", 1},
       {"/spec/containers/0/readinessProbe/failureThreshold", 3},
       {"/spec/containers/0/livenessProbe", nullptr}});
}

TEST(Defaults, LeaveWhatIsSetAndFillWhatIsNull) {
  expect(filled("pod",
                "spec: {restartPolicy: Never, dnsPolicy: null, terminationGracePeriodSeconds: 0, "
                "serviceAccountName: api, containers: [{ports: [{protocol: UDP}], livenessProbe: "
                "{periodSeconds: 1}}]}\nstatus: {phase: Running}"),
         {{"/spec/restartPolicy", "Never"},
          {"/spec/dnsPolicy", "ClusterFirst"},
          {"/spec/terminationGracePeriodSeconds", 0},
          {"/spec/serviceAccountName", "api"},
          {"/status/phase", "Running"},
          {"/spec/containers/0/ports/0/protocol", "UDP"},
          {"/spec/containers/0/livenessProbe/periodSeconds", 1},
          {"/spec/containers/0/livenessProbe/failureThreshold", 3}});
}

TEST(Defaults, OfADeployment) {
  expect(filled("deployment", "spec: {template: {spec: {containers: [{name: a}]}}}"),
         {{"/spec/replicas", 1},
          {"/spec/revisionHistoryLimit", 10},
          {"/spec/progressDeadlineSeconds", 600},
          {"/spec/strategy/type", "RollingUpdate"},
          {"/spec/strategy/rollingUpdate/maxSurge", "25%"},
          {"/spec/strategy/rollingUpdate/maxUnavailable", "25%"},
          {"/spec/template/spec/restartPolicy", "Always"},
          {"/spec/template/spec/containers/0/imagePullPolicy", "IfNotPresent"},
          {"/spec/template/spec/serviceAccountName", nullptr}});
  expect(filled("deployment", "spec: {replicas: 0, strategy: {rollingUpdate: {maxSurge: 0}}}"),
         {{"/spec/replicas", 0},
          {"/spec/strategy/rollingUpdate/maxSurge", 0},
          {"/spec/strategy/rollingUpdate/maxUnavailable", "25%"}});
  expect(filled("deployment", "spec: {strategy: {type: Recreate}}"), {{"/spec/strategy/rollingUpdate", nullptr}});
}

TEST(Defaults, OfAService) {
  expect(filled("service", "spec: {ports: [{port: 80}, {port: 81, targetPort: web, protocol: UDP}]}"),
         {{"/spec/type", "ClusterIP"},
          {"/spec/sessionAffinity", "None"},
          {"/spec/internalTrafficPolicy", "Cluster"},
          {"/spec/ipFamilies", Json::array({"IPv4"})},
          {"/spec/ipFamilyPolicy", "SingleStack"},
          {"/spec/ports/0/protocol", "TCP"},
          {"/spec/ports/0/targetPort", 80},
          {"/spec/ports/1/protocol", "UDP"},
          {"/spec/ports/1/targetPort", "web"}});
  expect(filled("service", "spec: {type: ExternalName, externalName: a.b, ports: [{port: 80}]}"),
         {{"/spec/sessionAffinity", "None"},
          {"/spec/ipFamilies", nullptr},
          {"/spec/internalTrafficPolicy", nullptr},
          {"/spec/ports/0/targetPort", nullptr}});
}

TEST(Defaults, OfANamespace) {
  expect(filled("namespace", "metadata: {name: a}"),
         {{"/spec/finalizers", Json::array({"kubernetes"})}, {"/status/phase", "Active"}});
}

TEST(Defaults, TextOfASecretBecomesItsData) {
  expect(
      filled("secret", "data: {a: b2xk, b: a2VwdA==}\nstringData: {a: new, c: ''}"),
      {{"/type", "Opaque"}, {"/data/a", "bmV3"}, {"/data/b", "a2VwdA=="}, {"/data/c", ""}, {"/stringData", nullptr}});
  expect(filled("secret", "type: kubernetes.io/tls"), {{"/type", "kubernetes.io/tls"}, {"/data", nullptr}});
}

TEST(Defaults, OfPortsInNetworkPolicies) {
  expect(filled("networkpolicy", "spec: {egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]}"),
         {{"/spec/policyTypes", Json::array({"Ingress", "Egress"})},
          {"/spec/egress/0/ports/0/protocol", "UDP"},
          {"/spec/egress/0/ports/1/protocol", "TCP"}});
}

TEST(Defaults, IstiosKindsAreStoredAsTheyWereGiven) {
  EXPECT_EQ(filled("virtualservice", "spec: {hosts: [a]}"), Json::parse(R"({"spec": {"hosts": ["a"]}})"));
}

TEST(Defaults, BearListsThatAreNone) {
  expect(filled("pod", "spec: {containers: [7, {ports: none, readinessProbe: 1}]}"),
         {{"/spec/containers/0", 7}, {"/spec/containers/1/ports", "none"}, {"/spec/containers/1/readinessProbe", 1}});
}

}  // namespace
}  // namespace weft::control
