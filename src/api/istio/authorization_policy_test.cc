// Istio's admission rules for AuthorizationPolicy, each with an object that breaks it.
#include "api/istio/authorization_policy.h"

#include "api/check_cases.h"
#include "api/istio/authorization_checks.h"

namespace weft::api {
namespace {

std::string authorization(const std::string& spec) {
  return "apiVersion: security.istio.io/v1beta1\nkind: AuthorizationPolicy\nmetadata: {name: x}\nspec:\n" + spec;
}
// One rule's fields, in line 6 from column 6 on.
std::string rule_of(const std::string& fields) {
  return authorization("  rules:\n  - {" + fields + "}\n");
}
std::string from(const std::string& fields) {
  return rule_of("from: [{source: {" + fields + "}}]");
}
std::string to(const std::string& fields) {
  return rule_of("to: [{operation: {" + fields + "}}]");
}
std::string when(const std::string& fields) {
  return rule_of("when: [{" + fields + "}]");
}

std::string many_accounts(int count) {
  std::string list = "serviceAccounts: [";
  for (int i = 0; i < count; ++i) list += "a" + std::to_string(i) + ", ";
  return list + "]";
}

TEST(AuthorizationPolicyCheck, TakesEveryField) {
  expect_findings({
      {"all",
       authorization("  selector: {matchLabels: {app: a}}\n  action: ALLOW\n  rules:\n"
                     "  - from:\n    - source:\n"
                     "        {principals: [a/ns/b/sa/c], notPrincipals: [\"*\"], requestPrincipals: [\"*\"],\n"
                     "         notRequestPrincipals: [i/s], namespaces: [\"a-*\"], notNamespaces: [b],\n"
                     "         trustDomains: [\"*.a\"], notTrustDomains: [b], ipBlocks: [10.0.0.0/8, \"::1\"],\n"
                     "         notIpBlocks: [10.0.0.1], remoteIpBlocks: [\"fd00::/8\"], notRemoteIpBlocks: [1.2.3.4]}\n"
                     "    - source: {serviceAccounts: [a, b/c], notServiceAccounts: [d]}\n"
                     "    to:\n    - operation:\n"
                     "        {hosts: [\"*.a\"], notHosts: [b], ports: [\"80\"], notPorts: [\"0\"], methods: [GET],\n"
                     "         notMethods: [\"*\"], paths: [/a, \"/b/*\", \"/c/{*}/d/{**}\"], notPaths: [\"*.png\"]}\n"
                     "    when:\n    - {key: \"request.headers[x]\", values: [\"a*\"], notValues: [ab]}\n"
                     "    - {key: source.ip, values: [10.0.0.0/8]}\n    - {key: destination.port, values: [\"80\"]}\n"
                     "    - {key: \"request.auth.claims[a][b]\", values: [c]}\n"
                     "    - {key: \"experimental.envoy.filters.network.mysql_proxy[db.table]\", values: [\"[x]\"]}\n"),
       ""},
      {"nothing", authorization("  {}\n"), ""},
      {"custom",
       authorization("  action: CUSTOM\n  provider: {name: p}\n  rules: [{to: [{operation: {paths: [/a]}}]}]\n"), ""},
      {"deny everything", authorization("  action: DENY\n  rules: [{}]\n"), ""},
      {"audit", authorization("  action: AUDIT\n"), ""},
  });
}

TEST(AuthorizationPolicyCheck, Action) {
  expect_findings({
      {"unknown", authorization("  action: PERMIT\n"),
       "5:11 error \"PERMIT\" is none of: ALLOW, DENY, AUDIT, CUSTOM\n"},
      {"DENY without rules", authorization("  action: DENY\n"),
       "4:1 error DENY without rules does nothing [write `rules: [{}]` for every request]\n"},
      {"DENY with no rule", authorization("  action: DENY\n  rules: []\n"), ""},
      {"CUSTOM without rules", authorization("  action: CUSTOM\n  provider: {name: p}\n"),
       "4:1 error CUSTOM without rules does nothing [write `rules: [{}]` for every request]\n"},
      {"CUSTOM without provider", authorization("  action: CUSTOM\n  rules: [{}]\n"),
       "4:1 error CUSTOM needs provider.name [name one of MeshConfig's extensionProviders]\n"},
      {"provider of ALLOW", authorization("  provider: {name: p}\n"),
       "5:3 error provider goes with the action CUSTOM only\n"},
  });
}

TEST(AuthorizationPolicyCheck, Targets) {
  expect_in_force({
      {"both", authorization("  selector: {matchLabels: {a: b}}\n  targetRefs: [{kind: Service, name: s}]\n"),
       "4:1 error only one of selector and targetRefs may be set\n"},
      {"kind", authorization("  targetRefs: [{kind: Pod, name: s}]\n"),
       "5:23 error a policy has no targets of kind Pod in group \"\" [write Service, ServiceEntry, Gateway or "
       "GatewayClass with its group]\n"},
      {"namespace",
       authorization("  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: g, "
                     "namespace: ns}]\n"),
       "5:86 error a target is in the policy's own namespace [remove namespace]\n"},
      {"wildcard", authorization("  selector: {matchLabels: {a: \"b*\"}}\n"),
       "5:31 error matchLabels \"b*\" is a wildcard, which selectors do not know\n"},
      {"no labels", authorization("  selector: {}\n"),
       "5:3 warning the selector has no labels: it takes every workload [leave it out, or set matchLabels]\n"},
  });
}

TEST(AuthorizationPolicyCheck, Source) {
  expect_findings({
      {"empty", from(""), "6:14 error source may not be empty [leave `from` out to mean anyone]\n"},
      {"no sources", rule_of("from: []"), "6:6 error from may not be empty\n"},
      {"no source", rule_of("from: [{}]"), "6:13 error source is missing\n"},
      {"empty text", from("principals: [\"\"]"), "6:36 error principals \"\" may not be empty\n"},
      {"accounts and namespaces", from("serviceAccounts: [a], namespaces: [b]"),
       "6:14 error serviceAccounts does not go with namespaces or principals\n"},
      {"many accounts", from(many_accounts(17)), "6:23 error serviceAccounts has 16 values at most\n"},
      {"enough accounts", from(many_accounts(16)), ""},
      {"account wildcard", from("serviceAccounts: [\"a*\"]"),
       "6:41 error serviceAccounts \"a*\" may not be a wildcard\n"},
      {"account form", from("serviceAccounts: [a/b/c]"),
       "6:41 error serviceAccounts \"a/b/c\" must be ACCOUNT or NAMESPACE/ACCOUNT\n"},
      {"half an account", from("notServiceAccounts: [a/]"),
       "6:44 error notServiceAccounts \"a/\" must be ACCOUNT or NAMESPACE/ACCOUNT\n"},
      {"trust domain", from("trustDomains: [a/b]"), "6:38 error trustDomains \"a/b\" may not contain a slash\n"},
      {"inner wildcard", from("trustDomains: [\"a*b\"]"),
       "6:38 error trustDomains \"a*b\" may have one \"*\", at one of its ends\n"},
      {"address", from("ipBlocks: [10.0.0.300]"),
       "6:34 error ipBlocks \"10.0.0.300\" is neither an IP address nor a subnet such as 10.0.0.0/8\n"},
      {"subnet", from("remoteIpBlocks: [10.0.0.0/33]"),
       "6:40 error remoteIpBlocks \"10.0.0.0/33\" is neither an IP address nor a subnet such as 10.0.0.0/8\n"},
  });
  EXPECT_EQ(istio::check_service_account(std::string(321, 'a')), "may not be longer than 320 characters");
}

TEST(AuthorizationPolicyCheck, Operation) {
  expect_findings({
      {"empty", to(""), "6:12 error operation may not be empty [leave `to` out to mean anything]\n"},
      {"no operations", rule_of("to: []"), "6:6 error to may not be empty\n"},
      {"no operation", rule_of("to: [{}]"), "6:11 error operation is missing\n"},
      {"empty text", to("methods: [\"\"]"), "6:34 error methods \"\" may not be empty\n"},
      {"port", to("ports: [\"65536\"]"), "6:32 error ports \"65536\" is no port: 0 to 65535\n"},
      {"name of a port", to("notPorts: [http]"), "6:35 error notPorts \"http\" is no port: 0 to 65535\n"},
  });
}

TEST(AuthorizationPolicyCheck, PathTemplates) {
  constexpr std::string_view kBraces = "has braces in a segment that is neither {*} nor {**}";
  constexpr std::string_view kNoText = "is a template with a segment that is no plain text";
  for (const char* sound : {"/a", "*", "/a*", "*b", "/{*}", "/{**}", "/a/{*}/b/{**}", "/{*}/{*}/", "/a/{**}/b"}) {
    EXPECT_EQ(istio::check_policy_path(sound), std::nullopt) << sound;
  }
  EXPECT_EQ(istio::check_policy_path("/{**}/{*}"), "has an operator behind {**}, which takes all that is left");
  EXPECT_EQ(istio::check_policy_path("/{**}/{**}"), "has an operator behind {**}, which takes all that is left");
  for (const char* wrong : {"/a{*}", "/{a}", "/{", "/}", "/{***}", "/{*}{*}"}) {
    EXPECT_EQ(istio::check_policy_path(wrong), kBraces) << wrong;
  }
  for (const char* wrong : {"/a*/{*}", "/{*}/b c", "/{*}//a", "/{*}/\"", "/*/{**}"}) {
    EXPECT_EQ(istio::check_policy_path(wrong), kNoText) << wrong;
  }
}

TEST(AuthorizationPolicyCheck, Condition) {
  expect_findings({
      {"no key", when("values: [a]"), "6:13 error key is missing\n"},
      {"no values", when("key: source.ip"), "6:13 error the condition on source.ip has neither values nor notValues\n"},
      {"unknown", when("key: source.port, values: [a]"), "6:19 error unknown attribute \"source.port\"\n"},
      {"labels", when("key: \"destination.labels[a]\", values: [a]"),
       "6:19 error the attribute destination.labels[a] is gone [use the policy's selector]\n"},
      {"namespace", when("key: destination.namespace, values: [a]"),
       "6:19 error the attribute destination.namespace is gone [use the policy's own namespace]\n"},
      {"user", when("key: destination.user, values: [a]"),
       "6:19 error the attribute destination.user is gone [use the policy's selector]\n"},
      {"no name", when("key: request.headers, values: [a]"),
       "6:19 error \"request.headers\" lacks a name in brackets [write it as a[b]]\n"},
      {"empty name", when("key: \"request.auth.claims[]\", values: [a]"),
       "6:19 error \"request.auth.claims[]\" lacks a name in brackets [write it as a[b]]\n"},
      {"address", when("key: destination.ip, values: [a]"),
       "6:44 error \"a\" is neither an IP address nor a subnet such as 10.0.0.0/8\n"},
      {"port", when("key: destination.port, notValues: [a]"), "6:49 error \"a\" is no port: 0 to 65535\n"},
      {"account", when("key: source.serviceAccount, values: [\"*\"]"), "6:51 error \"*\" may not be a wildcard\n"},
      {"empty text", when("key: connection.sni, values: [\"\"]"), "6:44 error values \"\" may not be empty\n"},
  });
}

TEST(AuthorizationPolicyCheck, CustomTakesNoIdentities) {
  const auto custom = [](const std::string& rule) {
    return authorization("  action: CUSTOM\n  provider: {name: p}\n  rules:\n  - {" + rule + "}\n");
  };
  expect_findings({
      {"principals", custom("from: [{source: {principals: [a]}}]"),
       "8:23 error principals is not supported with CUSTOM\n"},
      {"tokens", custom("from: [{source: {notRequestPrincipals: [a]}}]"),
       "8:23 error notRequestPrincipals is not supported with CUSTOM\n"},
      {"addresses", custom("from: [{source: {ipBlocks: [10.0.0.1]}}]"), ""},
      {"condition", custom("when: [{key: source.principal, values: [a]}]"),
       "8:19 error source.principal is not supported with CUSTOM\n"},
      {"claims", custom("when: [{key: \"request.auth.claims[a]\", values: [a]}]"),
       "8:19 error request.auth.claims[a] is not supported with CUSTOM\n"},
      {"header", custom("when: [{key: \"request.headers[a]\", values: [a]}]"), ""},
  });
}

TEST(AuthorizationPolicyCheck, WarnsOfRulesThatRefuseAllTcp) {
  const std::string warning =
      " warning on TCP ports this rule refuses every connection: all it looks at is HTTP's [name the ports it is "
      "for]\n";
  const auto deny = [](const std::string& rule) {
    return authorization("  action: DENY\n  rules:\n  - {" + rule + "}\n");
  };
  expect_findings({
      {"method", deny("to: [{operation: {methods: [GET]}}]"), "7:5" + warning},
      {"method and port", deny("to: [{operation: {methods: [GET], ports: [\"80\"]}}]"), ""},
      {"token", deny("from: [{source: {requestPrincipals: [\"*\"]}}]"), "7:5" + warning},
      {"address", deny("from: [{source: {ipBlocks: [10.0.0.1]}}]"), ""},
      {"everything", deny(""), ""},
  });
}

TEST(AuthorizationPolicy, IsADryRunByItsAnnotation) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    EXPECT_TRUE(istio::is_dry_run({{"istio.io/dry-run", yes}})) << yes;
  }
  for (const char* no : {"0", "false", "yes", ""}) EXPECT_FALSE(istio::is_dry_run({{"istio.io/dry-run", no}})) << no;
  EXPECT_FALSE(istio::is_dry_run({}));
}

TEST(AuthorizationPolicy, IsPrintedWithoutWhatIsNotSet) {
  const auto checked = check_text(authorization("  rules: [{to: [{operation: {methods: [GET]}}]}]\n"));
  ASSERT_EQ(checked.resources.size(), 1u);
  EXPECT_EQ(effective_body(checked.resources[0])["spec"].dump(),
            R"({"rules":[{"to":[{"operation":{"methods":["GET"]}}]}]})");
}

// A condition that means nothing would leave the rule wider than it is written.
TEST(AuthorizationPolicyCheck, KnowsEveryAttributeToTheLetter) {
  const auto key = [](const std::string& text) { return when("key: \"" + text + "\", values: [x]"); };
  for (const char* good :
       {"request.headers[a]", "request.headers[:path]", "request.auth.claims[a]", "request.auth.claims[a][b][c]",
        "request.auth.claims[https://a/b.c]", "experimental.envoy.filters.a.b[c.d]", "connection.sni"})
    EXPECT_EQ(complaints(check_text(key(good)).findings), "") << good;
  for (const char* bad :
       {"request.auth.claimss[a]", "request.headersx[a]", "request.headers.a", "Request.Headers[a]", "source.ips",
        "source.ip ", "request.headers [a]", "request.auth.claims.a", "experimental.envoy.filter.a[b]"})
    EXPECT_NE(complaints(check_text(key(bad)).findings).find("error unknown attribute"), std::string::npos) << bad;
  for (const char* bad :
       {"request.headers", "request.headers[", "request.headers[]", "request.headers[a]b", "request.headers[a]]",
        "request.headers[a][b]", "request.headers[[a]", "request.auth.claims[a][]", "request.auth.claims[a]b[c]",
        "request.auth.claims[a", "experimental.envoy.filters.a", "experimental.envoy.filters.a[b][c]"})
    EXPECT_NE(complaints(check_text(key(bad)).findings).find("lacks a name in brackets"), std::string::npos) << bad;
}

}  // namespace
}  // namespace weft::api
