#include "api/check_cases.h"

namespace weft::api {
namespace {

const std::string kService = "apiVersion: v1\nkind: Service\nmetadata: {name: reviews}\nspec: {ports: [{port: 80}]}\n";

std::string rule_with(const std::string& subsets, const std::string& host = "reviews") {
  return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: reviews}\nspec:\n  host: " +
         host + "\n  subsets: " + subsets + "\n";
}

std::string route_to(const std::string& destination, const std::string& name = "reviews") {
  return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name +
         "}\nspec:\n  hosts: [reviews]\n  http:\n  - route:\n    - destination: " + destination + "\n";
}

std::vector<const Resource*> pointers(const CheckedAll& all) {
  std::vector<const Resource*> list;
  for (const Resource& resource : all.resources) list.push_back(&resource);
  return list;
}

std::string references(const std::string& changed, const std::string& known) {
  const CheckedAll changed_all = check_text(changed), known_all = check_text(known);
  EXPECT_EQ(complaints(changed_all.findings), "");
  EXPECT_EQ(complaints(known_all.findings), "");
  return complaints(check_references(pointers(changed_all), pointers(known_all)));
}

TEST(CheckReferences, PointsAtASubsetThatNoRuleDefines) {
  EXPECT_EQ(
      references(route_to("{host: reviews, subset: v3}"), kService + "---\n" + rule_with("[{name: v1}, {name: v2}]")),
      "8:44 error subset \"v3\" is not defined for host reviews [use v1, or add v3 to the known subsets: v1, v2 "
      "(DestinationRule default/reviews, t.yaml:6)]\n");
}

TEST(CheckReferences, OnlyWarnsWhileNoRuleForTheHostIsKnown) {
  EXPECT_EQ(references(route_to("{host: reviews, subset: v3}"), kService),
            "8:44 warning subset \"v3\" is not defined for host reviews [no DestinationRule for "
            "reviews.default.svc.cluster.local is known; requests get 503 until one defines the subset]\n");
}

TEST(CheckReferences, TakesSubsetsOfAWildcardRule) {
  EXPECT_EQ(references(route_to("{host: reviews, subset: v1}"),
                       kService + "---\n" + rule_with("[{name: v1}]", "\"*.default.svc.cluster.local\"")),
            "");
}

TEST(CheckReferences, TakesWhatTheSameFilesBring) {
  EXPECT_EQ(references(
                kService + "---\n" + rule_with("[{name: v1}]") + "---\n" + route_to("{host: reviews, subset: v1}"), ""),
            "");
}

TEST(CheckReferences, KeepsASubsetThatIsStillRoutedTo) {
  EXPECT_EQ(
      references(rule_with("[{name: v1}]"), kService + "---\n" + rule_with("[{name: v1}, {name: v2}]") + "---\n" +
                                                route_to("{host: reviews, subset: v2}")),
      "6:3 error VirtualService default/reviews routes to subset \"v2\" of reviews, which is not among the subsets "
      "[keep the subset, or change VirtualService default/reviews first]\n");
}

TEST(CheckReferences, WarnsOfHostsThatNobodyKnows) {
  EXPECT_EQ(references(route_to("{host: revews}"), kService),
            "8:27 warning no service revews.default.svc.cluster.local is known [did you mean "
            "reviews.default.svc.cluster.local?]\n");
  EXPECT_EQ(references(route_to("{host: reviews.default}"), kService),
            "8:27 warning no service reviews.default is known [a name with a dot is taken as it is; write "
            "reviews.default.svc.cluster.local]\n");
}

TEST(CheckReferences, WarnsOfAHostThatTwoObjectsRoute) {
  EXPECT_EQ(references(route_to("{host: reviews}", "other"), kService + "---\n" + route_to("{host: reviews}")),
            "5:11 warning the host reviews is routed by VirtualService default/reviews, t.yaml:6, too "
            "[the older of the two decides; put the rules into one VirtualService]\n");
}

TEST(CheckReferences, NamesPathsWhereThereAreNoFiles) {
  const CheckedAll known = check_text(kService + "---\n" + rule_with("[{name: v1}]"));
  const YamlFile file = parse_yaml(route_to("{host: reviews, subset: v3}"), "t.yaml");
  const Checked changed = check(to_json(file.documents[0]), {});
  ASSERT_TRUE(changed.resource.has_value());
  const Findings findings = check_references({&*changed.resource}, pointers(known));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].path, "spec.http[0].route[0].destination.subset");
  EXPECT_EQ(findings[0].line, 0u);
}

std::string entry(const std::string& name, const std::string& spec, const std::string& labels = "{}") {
  return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: " + name + ", labels: " + labels +
         "}\nspec: " + spec + "\n";
}
std::string sidecar(const std::string& name, const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: " + name + "}\nspec: " + spec + "\n";
}
std::string pod(const std::string& labels) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: " + labels +
         "}\nspec: {containers: [{name: c, image: i}]}\n";
}

TEST(CheckReferences, KnowsTheHostsOfServiceEntries) {
  const std::string known = entry("a", "{hosts: [api.example.com, \"*.wild.com\"], resolution: NONE}");
  EXPECT_EQ(references(route_to("{host: api.example.com}"), known), "");
  EXPECT_EQ(references(route_to("{host: x.wild.com}"), known), "");
  EXPECT_EQ(references(route_to("{host: wild.com}"), known), "8:27 warning no service wild.com is known\n");
}

TEST(CheckReferences, WarnsOfGatewaysThatAreNotThereOrServeOtherHosts) {
  const auto bound = [](const std::string& gateway) {
    return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec:\n  hosts: [a.com]\n"
           "  gateways: [mesh, " +
           gateway + "]\n  http: [{directResponse: {status: 200}}]\n";
  };
  const auto gateway = [](const std::string& host) {
    return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: infra}\nspec:\n"
           "  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [\"" +
           host + "\"]}]\n";
  };
  EXPECT_EQ(references(bound("infra/edge"), gateway("*.com")), "");
  EXPECT_EQ(references(bound("edge"), gateway("*.com")),
            "6:20 warning no Gateway default/edge is known [a Gateway of another namespace is written "
            "NAMESPACE/NAME]\n");
  EXPECT_EQ(references(bound("infra/edge"), gateway("b.com")),
            "6:20 warning Gateway infra/edge, t.yaml:1 serves none of the hosts\n");
  EXPECT_EQ(references(bound("infra/edge"), gateway("other/*.com")),
            "6:20 warning Gateway infra/edge, t.yaml:1 serves none of the hosts\n");
}

TEST(CheckReferences, WarnsOfPortsThatTwoServiceEntriesDescribeDifferently) {
  const std::string http = entry("a", "{hosts: [a.com], ports: [{number: 80, name: p, protocol: HTTP}]}");
  const auto tls = [](const std::string& rest) {
    return entry("b", "{hosts: [a.com], ports: [{number: 80, name: p, protocol: TLS}]" + rest + "}");
  };
  EXPECT_EQ(references(tls(""), http),
            "4:64 warning port 80 of the same host is HTTP in ServiceEntry default/a, t.yaml:1 [the older of the two "
            "decides]\n");
  EXPECT_EQ(references(tls(", exportTo: [\"~\"]"), http), "") << "nobody sees both";
  EXPECT_EQ(references(entry("b", "{hosts: [b.com], ports: [{number: 80, name: p, protocol: TLS}]}"), http), "");
}

TEST(CheckReferences, WarnsOfOpaquePortsWithoutAnAddress) {
  const std::string said =
      "4:38 warning port 9 has no address and may be opaque: it takes every connection to that port [set addresses, or "
      "a protocol that names its host (HTTP, TLS)]\n";
  EXPECT_EQ(references(entry("a", "{hosts: [a.com], ports: [{number: 9, name: p}]}"), ""), "4:32" + said.substr(4));
  const std::string fixed = "{resolution: STATIC, hosts: [a.com], ports: [{number: 9, name: p, protocol: TCP}]}";
  EXPECT_EQ(references(entry("a", fixed), ""), "") << "it gets an address";
  EXPECT_EQ(references(entry("a", fixed, "{networking.istio.io/enable-autoallocate-ip: \"false\"}"), ""),
            "4:52" + said.substr(4));
}

TEST(CheckReferences, WarnsOfSidecarsForTheSameWorkloads) {
  const std::string everything = "egress: [{hosts: [\"*/*\"]}]";
  const auto selecting = [&](const std::string& name, const std::string& labels) {
    return sidecar(name, "{workloadSelector: {labels: " + labels + "}, " + everything + "}");
  };
  const auto whole = [&](const std::string& name) { return sidecar(name, "{" + everything + "}"); };
  EXPECT_EQ(
      references(whole("b"), whole("a")),
      "4:1 warning Sidecar default/a, t.yaml:1 is for the same workloads [the older of the two holds; make one of "
      "them]\n");
  EXPECT_EQ(references(selecting("b", "{app: a}"), whole("a") + "---\n" + pod("{app: a}")), "");
  EXPECT_EQ(
      references(selecting("b", "{app: a}"), selecting("a", "{tier: b}") + "---\n" + pod("{app: a, tier: b}")),
      "4:8 warning Sidecar default/a, t.yaml:1 is for the same workloads [the older of the two holds; make one of "
      "them]\n");
  EXPECT_EQ(references(selecting("b", "{app: a}"), selecting("a", "{tier: b}") + "---\n" + pod("{app: a}")), "");
  EXPECT_EQ(references(selecting("b", "{app: a}"), ""), "4:8 warning the selector takes no workload that is known\n");
}

TEST(CheckReferences, WarnsOfEgressHostsThatNobodyKnows) {
  EXPECT_EQ(
      references(sidecar("a", "{egress: [{hosts: [./reviews.default.svc.cluster.local, \"./*.x.com\"]}]}"), kService),
      "");
  EXPECT_EQ(references(sidecar("a", "{egress: [{hosts: [./ratings.default.svc.cluster.local]}]}"), kService),
            "4:26 warning no service ratings.default.svc.cluster.local is known\n");
}

std::string peers(const std::string& name, const std::string& spec, const std::string& space = "default") {
  return "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: " + name +
         ", namespace: " + space + "}\nspec: " + spec + "\n";
}

TEST(CheckReferences, WarnsOfPeerAuthenticationsForTheSameWorkloads) {
  const auto selecting = [](const std::string& name, const std::string& labels) {
    return peers(name, "{selector: {matchLabels: " + labels + "}}");
  };
  const auto whole = [](const std::string& name) { return peers(name, "{}"); };
  EXPECT_EQ(references(whole("b"), whole("a")),
            "4:1 warning PeerAuthentication default/a, t.yaml:1 is for the same workloads [the older of the two holds; "
            "make one of them]\n");
  EXPECT_EQ(references(whole("b"), peers("a", "{}", "other")), "");
  EXPECT_EQ(references(selecting("b", "{app: a}"), whole("a") + "---\n" + pod("{app: a}")), "");
  EXPECT_EQ(references(selecting("b", "{app: a}"), selecting("a", "{tier: b}") + "---\n" + pod("{app: a, tier: b}")),
            "4:8 warning PeerAuthentication default/a, t.yaml:1 is for the same workloads [the older of the two holds; "
            "make one of them]\n");
  EXPECT_EQ(references(selecting("b", "{app: a}"), selecting("a", "{tier: b}") + "---\n" + pod("{app: a}")), "");
}

TEST(CheckReferences, WarnsOfPeerAuthenticationsForNobody) {
  const std::string chosen = "{selector: {matchLabels: {app: a}}}";
  EXPECT_EQ(references(peers("a", chosen), ""), "4:8 warning the selector takes no workload that is known\n");
  const std::string ignored =
      "4:8 warning a policy with a selector in the root namespace holds for nobody [put it into the namespace of the "
      "workloads]\n";
  EXPECT_EQ(references(peers("a", chosen, "istio-system"), ""), ignored);
  const std::string other_root =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "
      "\"rootNamespace: config\"}\n";
  EXPECT_EQ(references(peers("a", chosen, "config"), other_root), ignored);
}

std::string guard(const std::string& name, const std::string& spec, const std::string& space = "default") {
  return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: " + name +
         ", namespace: " + space + "}\nspec: " + spec + "\n";
}

std::string asking(const std::string& name, const std::string& provider, const std::string& more = "") {
  return guard(name, "{action: CUSTOM, provider: {name: " + provider + "}, rules: [{}]" + more + "}");
}

std::string authorizer(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n"
         "    extensionProviders: [{name: " +
         name + ", envoyExtAuthzGrpc: {service: a.b, port: 1}}]\n---\n";
}

TEST(CheckReferences, WarnsOfGuardsForNobody) {
  const std::string chosen = "{selector: {matchLabels: {app: a}}}";
  EXPECT_EQ(references(guard("a", chosen), ""), "4:8 warning the selector takes no workload that is known\n");
  EXPECT_EQ(references(guard("a", chosen, "istio-system"), ""), "") << "for the workloads of all namespaces";
  EXPECT_EQ(references(guard("a", chosen), pod("{app: a}")), "");
  EXPECT_EQ(references("apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: "
                       "default}\nspec: {selector: {matchLabels: {app: a}}, jwtRules: [{issuer: \"https://a.b\"}]}\n",
                       ""),
            "4:8 warning the selector takes no workload that is known\n");
}

TEST(CheckReferences, WarnsOfAuthorizersThatCannotBeAsked) {
  EXPECT_EQ(references(asking("a", "opa"), authorizer("opa")), "");
  EXPECT_EQ(
      references(asking("a", "opa"), authorizer("other")),
      "4:41 warning no MeshConfig that is known declares the authorizer \"opa\": whatever it would be asked about is "
      "refused [declare it in extensionProviders, as envoyExtAuthzHttp or envoyExtAuthzGrpc]\n");
  const std::string both = references(asking("a", "opa"), authorizer("opa") + asking("b", "other"));
  EXPECT_EQ(both,
            "4:41 warning AuthorizationPolicy default/b, t.yaml:8 asks another authorizer about the same workloads: "
            "whatever either would be asked about is refused\n");
  const auto chosen = [](const char* app) { return std::string(", selector: {matchLabels: {app: ") + app + "}}"; };
  const std::string pods = pod("{app: a}") + "---\n";
  EXPECT_EQ(references(asking("a", "opa", chosen("a")), pods + authorizer("opa") + asking("b", "other", chosen("b"))),
            "");
}

}  // namespace
}  // namespace weft::api
