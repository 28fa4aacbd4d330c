// Kubernetes' kinds: what is refused, what is kept with a warning, and Kubernetes' defaults.
#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string service(const std::string& spec) {
  return "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n" + spec;
}
std::string pod(const std::string& container) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n" + container;
}
std::string deployment(const std::string& spec, const std::string& labels = "{app: a}") {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n"
         "  template:\n    metadata: {labels: " +
         labels + "}\n    spec: {containers: [{name: a, image: i}]}\n" + spec;
}

TEST(KubernetesCheck, LooksAtServices) {
  expect_findings({
      {"no ports", service("  selector: {a: b}\n"), "4:1 error the service has no ports\n"},
      {"headless may have none", service("  clusterIP: None\n"), ""},
      {"two ports, one name", service("  ports: [{port: 1, name: http}, {port: 2}]\n"),
       "5:34 error with several ports, each needs a name [name it after its protocol: http-web]\n"},
      {"port twice", service("  ports: [{port: 1, name: a}, {port: 1, name: b}]\n"),
       "5:31 error the port 1/TCP stands twice\n"},
      {"port out of range", service("  ports: [{port: 0}]\n"), "5:18 error port must be from 1 to 65535, not 0\n"},
      {"target port", service("  ports: [{port: 1, targetPort: 99999}]\n"),
       "5:33 error targetPort must be a port from 1 to 65535 or the name of one\n"},
      {"cluster address", service("  clusterIP: x\n  ports: [{port: 1}]\n"),
       "5:14 error clusterIP \"x\" must be an IP address or None\n"},
      {"name", "apiVersion: v1\nkind: Service\nmetadata: {name: 1a}\nspec: {ports: [{port: 1}]}\n",
       "3:18 error the name \"1a\" must be a DNS label that begins with a letter: up to 63 of a-z, 0-9 and '-'\n"},
      {"snake case is Istio's only", service("  ports: [{port: 1, target_port: 2}]\n"),
       "5:21 error unknown field \"target_port\" [did you mean \"targetPort\"?]\n"},
      {"quoted port", service("  ports: [{port: \"1\"}]\n"), "5:18 error an integer is due here, not a string\n"},
  });
}

std::string secret(const std::string& rest) {
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n" + rest;
}

// What is in a Secret is not repeated in what is said about it.
TEST(KubernetesCheck, LooksAtSecretsWithoutShowingThem) {
  expect_findings({
      {"opaque", secret("data: {a: aHVudGVyMg==}\nstringData: {b: hunter2}\n"), ""},
      {"no base64", secret("data: {a: hunter2!}\n"),
       "4:11 error the value is not base64 [plain text goes to stringData]\n"},
      {"number", secret("stringData: {pin: 4711}\n"), "4:19 error a string is due here [put it in quotes]\n"},
      {"number as data", secret("data: {pin: 4711}\n"),
       "4:13 error the value is not base64 [plain text goes to stringData]\n"},
      {"key", secret("stringData: {a/b: c}\n"),
       "4:14 error the key \"a/b\" must be up to 253 letters, digits, '-', '_' or '.'\n"},
      {"tls", secret("type: kubernetes.io/tls\ndata: {tls.crt: YQ==}\n"),
       "5:1 error a Secret of type kubernetes.io/tls needs tls.key\n"},
      {"tls, from both", secret("type: kubernetes.io/tls\ndata: {tls.crt: YQ==}\nstringData: {tls.key: b}\n"), ""},
  });
}

TEST(KubernetesCheck, LooksAtPods) {
  expect_findings({
      {"unused field", pod("    volumeMounts: []\n"),
       "7:5 warning kept, but nothing here acts on it: spec.containers[0].volumeMounts\n"},
      {"kept field", pod("    resources: {limits: {cpu: 1}}\n"), ""},
      {"number in the environment", pod("    env: [{name: A, value: 1}]\n"),
       "7:28 error a string is due here, not an integer [put it in quotes: \"1\"]\n"},
      {"boolean in the environment", pod("    env: [{name: A, value: yes}]\n"),
       "7:28 error a string is due here, not a boolean [put it in quotes: \"yes\"]\n"},
      {"value twice", pod("    env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]\n"),
       "7:31 error value and valueFrom exclude each other\n"},
      {"an object as environment",
       pod("    envFrom: [{prefix: A_, configMapRef: {name: a}}, {secretRef: {name: b}}]\n"), ""},
      {"no object as environment", pod("    envFrom: [{prefix: A_}]\n"),
       "7:15 error the entry names no object [set configMapRef or secretRef]\n"},
      {"two objects as environment", pod("    envFrom: [{configMapRef: {name: a}, secretRef: {name: b}}]\n"),
       "7:41 error configMapRef and secretRef exclude each other\n"},
      {"a key of a secret", pod("    env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]\n"), ""},
      {"probe without a question", pod("    readinessProbe: {periodSeconds: 1}\n"),
       "7:5 error the probe asks nothing [set httpGet, tcpSocket or exec]\n"},
      {"no container", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n",
       "4:8 error there is no container\n"},
      {"no spec", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "1:1 error spec is missing\n"},
      {"restart policy",
       "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {restartPolicy: always, containers: [{name: a}]}\n",
       "4:23 error \"always\" is none of: Always, OnFailure, Never [did you mean \"Always\"?]\n"},
  });
}

TEST(KubernetesCheck, LooksAtDeployments) {
  expect_findings({
      {"selector that does not fit", deployment("", "{app: b}"),
       "5:3 error the selector does not select the template's labels [make template.metadata.labels contain what "
       "selector.matchLabels asks for]\n"},
      {"negative replicas", deployment("  replicas: -1\n"), "9:13 error replicas must be 0 or more, not -1\n"},
      {"nothing may change", deployment("  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}\n"),
       "9:14 error maxSurge and maxUnavailable are both 0: nothing could be replaced\n"},
      {"container beside a gateway's proxy",
       "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  "
       "template:\n"
       "    metadata: {labels: {app: a}, annotations: {inject.istio.io/templates: gateway}}\n"
       "    spec:\n      containers: [{name: istio-proxy, image: auto}, {name: b, image: b}]\n",
       "9:54 warning accepted, not yet in force: containers beside a gateway's proxy\n"},
      {"surge", deployment("  strategy: {rollingUpdate: {maxSurge: some}}\n"),
       "9:40 error maxSurge must be a count or a percentage such as \"25%\"\n"},
  });
}

TEST(KubernetesCheck, FillsDefaults) {
  const CheckedAll all = check_text(deployment(""));
  ASSERT_EQ(all.resources.size(), 1u) << complaints(all.findings);
  const auto* read = all.resources[0].as<kubernetes::Deployment>();
  EXPECT_EQ(read->replicas, 1);
  EXPECT_EQ(read->strategy.rolling_update.max_surge.of(3, true), 1);
  EXPECT_EQ(read->strategy.rolling_update.max_unavailable.of(3, false), 0);
  EXPECT_EQ(read->pod_template.spec.termination_grace_period_seconds, 30);
  EXPECT_EQ(read->pod_template.spec.service_account_name, "default");
}

TEST(KubernetesCheck, KeepsWhatItDoesNotKnowByHeart) {
  const CheckedAll all = check_text(pod("    imagePullPolicy: Never\n    resources: {limits: {cpu: 1}}\n"));
  ASSERT_EQ(all.resources.size(), 1u);
  EXPECT_EQ(all.resources[0].body["spec"]["containers"][0]["resources"]["limits"]["cpu"], 1);
}

TEST(LabelSelector, ComparesLabelsAndExpressions) {
  kubernetes::LabelSelector selector;
  selector.match_labels = {{"app", "a"}};
  selector.match_expressions = {{"tier", "In", {"x", "y"}}, {"old", "DoesNotExist", {}}, {"zone", "NotIn", {"b"}}};
  EXPECT_TRUE(selector.selects({{"app", "a"}, {"tier", "y"}}));
  EXPECT_FALSE(selector.selects({{"app", "a"}, {"tier", "z"}}));
  EXPECT_FALSE(selector.selects({{"app", "a"}, {"tier", "x"}, {"old", ""}}));
  EXPECT_FALSE(selector.selects({{"app", "a"}, {"tier", "x"}, {"zone", "b"}}));
}

}  // namespace
}  // namespace weft::api
