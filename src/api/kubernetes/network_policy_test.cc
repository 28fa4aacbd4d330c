// NetworkPolicy as the API server checks it: what is refused, what is filled in.
#include "api/kubernetes/network_policy.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

using kubernetes::NetworkPolicy;

// Lines 1 to 4 are the head; the spec begins in line 5.
std::string network(const std::string& spec) {
  return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec:\n" + spec;
}

NetworkPolicy read(const std::string& spec) {
  const auto checked = check_text(network(spec));
  EXPECT_EQ(complaints(checked.findings), "") << spec;
  return checked.resources.empty() ? NetworkPolicy() : *checked.resources.front().as<NetworkPolicy>();
}

using Texts = std::vector<std::string>;

TEST(NetworkPolicyCheck, FillsInWhatKubernetesFillsIn) {
  EXPECT_EQ(read("  podSelector: {}\n").policy_types, (Texts{"Ingress"}));
  EXPECT_EQ(read("  podSelector: {}\n  egress: []\n").policy_types, (Texts{"Ingress"}));
  EXPECT_EQ(read("  podSelector: {}\n  egress: [{}]\n").policy_types, (Texts{"Ingress", "Egress"}));
  EXPECT_EQ(read("  podSelector: {}\n  policyTypes: [Egress]\n").policy_types, (Texts{"Egress"}));
  EXPECT_EQ(read("  podSelector: {}\n  policyTypes: []\n").policy_types, (Texts{"Ingress"}));
  const auto policy = read("  ingress: [{ports: [{port: 80}, {port: dns, protocol: UDP}]}]\n");
  EXPECT_EQ(policy.ingress.at(0).ports.at(0).protocol, "TCP");
  EXPECT_EQ(policy.ingress.at(0).ports.at(1).port.name, "dns");
  EXPECT_TRUE(policy.pod_selector.match_labels.empty());
}

TEST(NetworkPolicyCheck, TakesEveryField) {
  const auto policy = read(R"(  podSelector:
    matchLabels: {app: api}
    matchExpressions: [{key: tier, operator: In, values: [a, b]}]
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
      namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}
    ports: [{protocol: SCTP, port: 8000, endPort: 9000}]
  egress:
  - to: [{ipBlock: {cidr: "2001:db8::/32", except: ["2001:db8:1::/48"]}}]
)");
  ASSERT_EQ(policy.ingress.at(0).from.size(), 2U);
  EXPECT_TRUE(policy.ingress.at(0).from.at(0).namespace_selector.has_value());
  EXPECT_EQ(policy.ingress.at(0).from.at(1).ip_block->except.size(), 2U);
  EXPECT_EQ(policy.ingress.at(0).ports.at(0).end_port, 9000);
  EXPECT_EQ(policy.egress.at(0).to.at(0).ip_block->cidr, "2001:db8::/32");
}

TEST(NetworkPolicyCheck, Peers) {
  expect_findings({
      {"nobody", network("  ingress: [{from: [{}]}]\n"),
       "5:21 error the peer names nobody [set podSelector, namespaceSelector or ipBlock; everybody is what a rule "
       "without peers says]\n"},
      {"block and pods", network("  ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]\n"),
       "5:39 error ipBlock excludes podSelector and namespaceSelector [make it a peer of its own]\n"},
      {"block and namespaces", network("  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}, namespaceSelector: {}}]}]\n"),
       "5:19 error ipBlock excludes podSelector and namespaceSelector [make it a peer of its own]\n"},
      {"both selectors", network("  ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]\n"), ""},
      {"operator", network("  podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}\n"),
       "5:55 error \"in\" is none of: In, NotIn, Exists, DoesNotExist [did you mean \"In\"?]\n"},
      {"In without values", network("  podSelector: {matchExpressions: [{key: a, operator: In}]}\n"),
       "5:36 error In needs values\n"},
  });
}

TEST(NetworkPolicyCheck, Blocks) {
  const auto block = [](const std::string& fields) {
    return network("  ingress: [{from: [{ipBlock: " + fields + "}]}]\n");
  };
  expect_findings({
      {"no cidr", block("{}"), "5:22 error cidr is missing\n"},
      {"an address", block("{cidr: 10.0.0.1}"), "5:38 error cidr \"10.0.0.1\" is no subnet such as 10.0.0.0/8\n"},
      {"too long", block("{cidr: 10.0.0.0/33}"), "5:38 error cidr \"10.0.0.0/33\" is no subnet such as 10.0.0.0/8\n"},
      {"bits below the prefix", block("{cidr: 10.0.0.1/8}"), ""},
      {"exception elsewhere", block("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}"),
       "5:59 error 11.0.0.0/16 is no smaller subnet of 10.0.0.0/8\n"},
      {"exception as large", block("{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}"),
       "5:59 error 10.0.0.0/8 is no smaller subnet of 10.0.0.0/8\n"},
      {"exception larger", block("{cidr: 10.0.0.0/8, except: [10.0.0.0/7]}"),
       "5:59 error 10.0.0.0/7 is no smaller subnet of 10.0.0.0/8\n"},
      {"exception of the other family", block("{cidr: 10.0.0.0/8, except: [\"a00::/16\"]}"),
       "5:59 error a00::/16 is no smaller subnet of 10.0.0.0/8\n"},
  });
}

TEST(NetworkPolicyCheck, Ports) {
  const auto port = [](const std::string& fields) { return network("  egress: [{ports: [" + fields + "]}]\n"); };
  expect_findings({
      {"protocol", port("{protocol: tcp}"), "5:32 error \"tcp\" is none of: TCP, UDP, SCTP [did you mean \"TCP\"?]\n"},
      {"out of range", port("{port: 65536}"), "5:28 error port must be a port from 1 to 65535 or the name of one\n"},
      {"name", port("{port: Web_1}"),
       "5:28 error port \"Web_1\" is no port name: up to 15 of a-z, 0-9 and '-', with a letter at least\n"},
      {"range", port("{port: 80, endPort: 80}"), ""},
      {"end alone", port("{endPort: 80}"), "5:31 error endPort needs port\n"},
      {"end of a name", port("{port: web, endPort: 80}"), "5:42 error endPort needs a port by number\n"},
      {"end before its beginning", port("{port: 81, endPort: 80}"), "5:41 error endPort 80 comes before port 81\n"},
  });
}

TEST(NetworkPolicyCheck, PolicyTypes) {
  expect_findings({
      {"unknown", network("  policyTypes: [ingress]\n"),
       "5:17 error \"ingress\" is none of: Ingress, Egress [did you mean \"Ingress\"?]\n"},
      {"too many", network("  policyTypes: [Ingress, Egress, Ingress]\n"),
       "5:3 error policyTypes lists more than Ingress and Egress\n"},
      {"rules that mean nothing", network("  policyTypes: [Egress]\n  ingress: [{}]\n"),
       "6:3 warning ingress means nothing: policyTypes does not list Ingress\n"},
  });
}

}  // namespace
}  // namespace weft::api
