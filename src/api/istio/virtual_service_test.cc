// Istio's admission rules for VirtualService, each with an object that breaks it.
#include "api/istio/virtual_service.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

TEST(VirtualServiceCheck, LooksAtHosts) {
  const std::string tail = "  http: [{route: [{destination: {host: a}}]}]\n";
  expect_in_force({
      {"star on the mesh", virtual_service("  hosts: [\"*\"]\n" + tail),
       "5:11 error the host \"*\" is only for gateways, not for the mesh [name the hosts]\n"},
      {"twice", virtual_service("  hosts: [a, a]\n" + tail), "5:14 error the host \"a\" overlaps \"a\"\n"},
      {"overlap", virtual_service("  hosts: [\"*.foo.com\", \"*.com\"]\n" + tail),
       "5:24 error the host \"*.com\" overlaps \"*.foo.com\"\n"},
      {"star within", virtual_service("  hosts: [a.*.com]\n" + tail),
       "5:11 error hosts \"a.*.com\" has a '*' that is not the whole first label\n"},
      {"number at the end", virtual_service("  hosts: [a.1]\n" + tail),
       "5:11 error hosts \"a.1\" is no host name: its last label is a number\n"},
      {"an address", virtual_service("  hosts: [10.0.0.1]\n" + tail), ""},
      {"exported twice", virtual_service("  hosts: [a]\n  exportTo: [\".\", \".\"]\n" + tail),
       "6:19 error \".\" stands twice\n"},
      {"exported to all and one", virtual_service("  hosts: [a]\n  exportTo: [\"*\", b]\n" + tail),
       "6:14 error \"*\" is all namespaces; it stands alone [remove the others]\n"},
  });
}

TEST(VirtualServiceCheck, WantsRulesThatDoOneThing) {
  expect_in_force({
      {"no rules", virtual_service("  hosts: [a]\n"), "4:1 error there are no rules: http, tls and tcp are empty\n"},
      {"nothing to do", rule("    match: [{port: 80}]\n"),
       "7:5 error the rule does nothing: it needs route, redirect or directResponse\n"},
      {"route and redirect", routed("    redirect: {uri: /x}\n"), "9:5 error redirect and route exclude each other\n"},
      {"redirect and fault",
       rule("    redirect: {uri: /x}\n    fault: {abort: {httpStatus: 500, percentage: {value: 1}}}\n"),
       "8:5 error redirect and fault exclude each other\n"},
      {"direct response and route", routed("    directResponse: {status: 200}\n"),
       "9:5 error directResponse and route exclude each other\n"},
      {"mirror and mirrors", routed("    mirror: {host: b}\n    mirrors: [{destination: {host: c}}]\n"),
       "10:5 error mirrors and mirror exclude each other\n"},
      {"delegate and route", routed("    delegate: {name: d}\n"), "8:5 error route and delegate exclude each other\n"},
      {"a delegate with gateways",
       virtual_service("  gateways: [mesh]\n  http: [{route: [{destination: {host: a}}]}]\n"),
       "5:3 error an object without hosts is a delegate: it has only http [name the hosts, or leave this out]\n"},
      {"a delegate that delegates", virtual_service("  http: [{delegate: {name: d}}]\n"),
       "5:11 error a delegate can't delegate further\n"},
  });
}

TEST(VirtualServiceCheck, LooksAtMatches) {
  expect_in_force({
      {"two ways at once", routed("    match: [{uri: {exact: /a, prefix: /b}}]\n"),
       "9:14 error exact, prefix and regex exclude each other [keep one]\n"},
      {"empty prefix of a header", routed("    match: [{headers: {a: {prefix: \"\"}}}]\n"),
       "9:36 error the prefix of a is empty [leave the match out to take every value]\n"},
      {"empty prefix of the path", routed("    match: [{uri: {prefix: \"\"}}]\n"), ""},
      {"no regular expression", routed("    match: [{uri: {regex: \"a(\"}}]\n"),
       "9:27 error \"a(\" is no regular expression (RE2): missing ): a(\n"},
      {"lookahead", routed("    match: [{uri: {regex: \"(?=x)\"}}]\n"),
       "9:27 error \"(?=x)\" is no regular expression (RE2): invalid perl operator: (?=\n"},
      {"null header", routed("    match: [{headers: {a: null}}]\n"),
       "9:27 error an empty entry [give it a value or remove it]\n"},
      {"header name", routed("    match: [{headers: {\"a b\": {}}}]\n"),
       "9:24 error the key \"a b\" is no header name\n"},
      {"port", routed("    match: [{port: 70000}]\n"), "9:20 error port must be from 1 to 65535, not 70000\n"},
      {"namespace", routed("    match: [{sourceNamespace: A}]\n"),
       "9:31 error sourceNamespace \"A\" must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with "
       "a "
       "letter or digit\n"},
      {"claims on the mesh", routed("    match: [{headers: {\"@request.auth.claims.sub\": {exact: a}}}]\n"),
       "7:5 error matches on token claims work on gateways only [name the gateways]\n"},
      {"a match twice", routed("    match: [{port: 80, name: a}, {port: 80, name: b}]\n"),
       "9:34 warning this match equals spec.http[0].match[0]\n"},
      {"snake case", routed("    match: [{query_params: {a: {exact: b}}, ignore_uri_case: true}]\n"), ""},
      {"two spellings", routed("    match: [{queryParams: {}, query_params: {}}]\n"),
       "9:31 error queryParams is set twice, in two spellings\n"},
  });
}

TEST(VirtualServiceCheck, SeesRulesThatNothingReaches) {
  expect_in_force({{"a rule after one without conditions",
                    virtual_service("  hosts: [a]\n  http:\n  - route: [{destination: {host: a}}]\n"
                                    "  - match: [{port: 80}]\n    route: [{destination: {host: a}}]\n"),
                    "8:5 warning nothing reaches this rule: rule #0 before it takes every request "
                    "[put the rule without conditions last]\n"}});
}

TEST(VirtualServiceCheck, LooksAtActions) {
  expect_in_force({
      {"redirect to nothing", rule("    redirect: {redirectCode: 302}\n"),
       "8:5 error the redirect changes nothing [set uri, authority, scheme or port]\n"},
      {"redirect with 200", rule("    redirect: {uri: /a, redirectCode: 200}\n"),
       "8:39 error redirectCode must be from 300 to 399, not 200\n"},
      {"redirect that no proxy makes", rule("    redirect: {uri: /a, redirectCode: 300}\n"),
       "8:39 warning proxies do not answer with 300: the rule is passed over [use 301, 302, 303, 307 or 308]\n"},
      {"redirect of a prefix without one", rule("    redirect: {prefixRewrite: /a}\n"),
       "8:31 error prefixRewrite needs a rule whose matches all have a uri prefix\n"},
      {"empty rewrite", routed("    rewrite: {}\n"),
       "9:5 error the rewrite changes nothing [set uri, authority or uriRegexRewrite]\n"},
      {"half a substitution", routed("    rewrite: {uriRegexRewrite: {match: a}}\n"),
       "9:15 error rewrite is missing\n"},
      {"authority twice", routed("    rewrite: {authority: b}\n    headers: {request: {set: {Host: c}}}\n"),
       "10:5 error the authority is set more than once\n"},
      {"removed host", routed("    headers: {request: {remove: [host]}}\n"),
       "9:34 error the header host can't be removed\n"},
      {"pseudo-header of the response", routed("    headers: {response: {set: {\":status\": \"1\"}}}\n"),
       "9:43 error the header :status can't be changed here\n"},
      {"lone percent", routed("    headers: {request: {set: {a: 5%}}}\n"),
       "9:34 error set \"5%\" has a lone percent sign; a literal one is written %%\n"},
      {"retries off, yet conditions", routed("    retries: {attempts: 0, retryOn: 5xx}\n"),
       "9:37 error retryOn needs attempts above 0\n"},
      {"retry conditions", routed("    retries: {attempts: 1, retryOn: \"5xx, reset,nonsense\"}\n"),
       "9:37 error retryOn knows no \" reset\" [did you mean reset? No blanks around commas]\n"
       "9:37 error retryOn knows no \"nonsense\"\n"},
      {"fault without either", routed("    fault: {}\n"), "9:5 error the fault has neither delay nor abort\n"},
      {"exponential delay", routed("    fault: {delay: {exponentialDelay: 1s, percentage: {value: 1}}}\n"),
       "9:39 error exponentialDelay is not supported\n"},
      {"abort for nobody", routed("    fault: {abort: {httpStatus: 503}}\n"),
       "9:13 warning no percentage: no request is aborted [write percentage: {value: 100}]\n"},
      {"gRPC status", routed("    fault: {abort: {grpcStatus: UNAVAILABEL, percentage: {value: 1}}}\n"),
       "9:33 error grpcStatus \"UNAVAILABEL\" is no gRPC status; did you mean UNAVAILABLE?\n"},
      {"percentage", routed("    mirror: {host: b}\n    mirrorPercentage: {value: 101}\n"),
       "10:31 error value must be from 0 to 100, not 101\n"},
      {"CORS", routed("    corsPolicy: {allowOrigins: [{exact: \"\"}], allowMethods: [GEt], maxAge: 1.5s}\n"),
       "9:33 error an origin is empty\n9:62 error allowMethods \"GEt\" is no HTTP method\n"
       "9:76 error maxAge must be in whole seconds\n"},
      {"a body in two forms", rule("    directResponse: {status: 200, body: {string: a, bytes: YQ==}}\n"),
       "8:35 error string and bytes exclude each other\n"},
  });
}

TEST(VirtualServiceCheck, MapsOldSpellings) {
  const CheckedAll all = check_text(routed(
      "    headers: {request: {add: {x: new}}}\n    appendHeaders: {x: old, y: \"1\"}\n    removeResponseHeaders: [z]\n"
      "    mirror: {host: b, port: {name: http}}\n    mirrorPercent: 5\n    websocketUpgrade: true\n"));
  ASSERT_EQ(all.resources.size(), 1u) << complaints(all.findings);
  const auto& http = all.resources[0].as<istio::VirtualService>()->http[0];
  EXPECT_EQ(http.headers->request->add.at("x"), "new");
  EXPECT_EQ(http.headers->request->add.at("y"), "1");
  EXPECT_EQ(http.headers->response->remove, std::vector<std::string>{"z"});
  EXPECT_EQ(http.mirror->port->name, "http");
  size_t old = 0;
  for (const auto& finding : all.findings) old += finding.code == Code::legacy_spelling;
  EXPECT_EQ(old, 5u);
}

TEST(VirtualServiceCheck, LooksAtTlsAndTcpRules) {
  expect_in_force({
      {"name that is not among the hosts",
       virtual_service(
           "  hosts: [a.com]\n  tls: [{match: [{sniHosts: [b.com]}], route: [{destination: {host: a.com}}]}]\n"),
       "6:30 error \"b.com\" is none of the object's hosts\n"},
      {"no match", virtual_service("  hosts: [a]\n  tls: [{route: [{destination: {host: a}}]}]\n"),
       "6:9 error match is missing\n"},
      {"bad subnet",
       virtual_service("  hosts: [a]\n  tcp: [{match: [{destinationSubnets: [10.0.0.0/33]}], route: "
                       "[{destination: {host: a}}]}]\n"),
       "6:40 error destinationSubnets \"10.0.0.0/33\" is neither an IP address nor a subnet such as 10.0.0.0/8\n"},
      {"no route", virtual_service("  hosts: [a]\n  tcp: [{match: [{port: 1}]}]\n"), "6:9 error route is missing\n"},
  });
}

TEST(VirtualServiceCheck, KeepsHeaderNamesLowerCased) {
  const CheckedAll all = check_text(routed("    match: [{headers: {X-Canary: {exact: A}}}]\n"));
  ASSERT_EQ(all.resources.size(), 1u) << complaints(all.findings);
  EXPECT_TRUE(all.resources[0].as<istio::VirtualService>()->http[0].match[0].headers.contains("x-canary"));
}

}  // namespace
}  // namespace weft::api
