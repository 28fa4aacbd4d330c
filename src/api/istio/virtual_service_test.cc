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
      {"empty prefix of a header that must not be", routed("    match: [{withoutHeaders: {a: {prefix: \"\"}}}]\n"),
       "9:43 error the prefix of a is empty [leave the match out to take every value]\n"},
      {"both rewrites", routed("    rewrite: {uri: /a, uriRegexRewrite: {match: a, rewrite: b}}\n"),
       "9:24 error uri and uriRegexRewrite exclude each other\n"},
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

// What no proxy would take: one such object would keep every other's changes of the port from all clients.
TEST(VirtualServiceCheck, RefusesWhatProxiesWould) {
  const auto set = [](const std::string& value) {
    return routed("    headers: {request: {set: {a: \"" + value + "\"}}}\n");
  };
  const auto weights = [](const std::string& last) {
    return virtual_service(
        "  hosts: [a]\n  http:\n  - route: [{destination: {host: a}, weight: 2147483647}, {destination: {host: b}, "
        "weight: 2147483647}, {destination: {host: c}, weight: " +
        last + "}]\n");
  };
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  EXPECT_EQ(first_line(in_force(weights("2"))), "7:5 error the weights add up to 4294967296, more than 4294967295");
  EXPECT_EQ(in_force(weights("1")).find("error"), std::string::npos);
  expect_in_force({
      {"percent signs that pair, but say nothing", set("50% of 100%"),
       "9:34 error set \"50% of 100%\" has \"% of 100%\", which no proxy fills in; a literal percent sign is "
       "written %%\n"},
      {"an unknown operator", set("%NONSENSE%"),
       "9:34 error set \"%NONSENSE%\" has \"%NONSENSE%\", which no proxy fills in; a literal percent sign is "
       "written %%\n"},
      {"an operator without its name", set("%REQ()%"),
       "9:34 error set \"%REQ()%\" has \"%REQ()%\", which no proxy fills in; a literal percent sign is written %%\n"},
      {"operators", set("%PROTOCOL% %REQ(:path)%%RESP(x-a)% 100%%"), ""},
      {"doubled signs", set("%%PROTOCOL%%"), ""},
      {"a star that is no expression", routed("    rewrite: {uriRegexRewrite: {match: \"*\", rewrite: b}}\n"),
       "9:40 error match \"*\" is no regular expression (RE2): no argument for repetition operator: *\n"},
      {"a star for any value",
       routed("    match: [{uri: {regex: \"*\"}, headers: {a: {regex: \"*\"}}}]\n"
              "    corsPolicy: {allowOrigins: [{regex: \"*\"}]}\n"),
       ""},
      {"a group that there is not", routed("    rewrite: {uriRegexRewrite: {match: a(b), rewrite: \"\\\\2\"}}\n"),
       "9:55 warning \"\\2\" replaces nothing: Rewrite schema requests 2 matches, but the regexp only has 1 "
       "parenthesized subexpressions.\n"},
      {"a group", routed("    rewrite: {uriRegexRewrite: {match: a(b), rewrite: \"\\\\1\"}}\n"), ""},
  });
}

// CR and LF would end the field, and begin another one of whoever writes the rule.
TEST(VirtualServiceCheck, KeepsLineBreaksOutOfRequestsAndAnswers) {
  const std::string crlf = "\\r\\n";
  expect_in_force({
      {"authority of a redirect", rule("    redirect: {authority: \"a" + crlf + "x: y\"}\n"),
       "8:27 error authority \"a\r\nx: y\" has blanks or control characters, which no host has\n"},
      {"path of a redirect", rule("    redirect: {uri: \"/a" + crlf + "x: y\"}\n"),
       "8:21 error uri \"/a\r\nx: y\" contains control characters\n"},
      {"authority of a rewrite", routed("    rewrite: {authority: \"a b\"}\n"),
       "9:26 error authority \"a b\" has blanks or control characters, which no host has\n"},
      {"path of a rewrite", routed("    rewrite: {uri: \"/a\\0\"}\n"),
       "9:20 error uri \"/a" + std::string(1, '\0') + "\" contains control characters\n"},
      {"a path with blanks", routed("    rewrite: {uri: \"/a b/ä\", authority: \"[::1]:80\"}\n"), ""},
  });
}

TEST(VirtualServiceCheck, KnowsHeadersInAnyCase) {
  expect_in_force({
      {"two conditions on one", routed("    match: [{headers: {X-A: {exact: b}, x-a: {prefix: c}}}]\n"),
       "9:41 error the header x-a stands twice [write both conditions as one regular expression]\n"},
      {"two conditions on its absence", routed("    match: [{withoutHeaders: {a: {exact: b}, A: {exact: c}}}]\n"),
       "9:31 error the header a stands twice [write both conditions as one regular expression]\n"},
      {"claims have letters of their own",
       virtual_service(
           "  hosts: [a.com]\n  gateways: [g]\n  http:\n  - match: [{headers: {\"@request.auth.claims.a\": "
           "{exact: b}, \"@request.auth.claims.A\": {exact: c}}}]\n    route: [{destination: {host: a}}]\n"),
       ""},
  });
}

TEST(VirtualServiceCheck, WantsServerNamesOfTls) {
  expect_in_force({
      {"an empty list",
       virtual_service("  hosts: [a.com]\n  tls: [{match: [{sniHosts: []}], route: [{destination: {host: a}}]}]\n"),
       "6:19 error sniHosts is empty [write \"*\" for every server name]\n"},
      {"an empty match",
       virtual_service("  hosts: [a.com]\n  tls: [{match: [{}], route: [{destination: {host: a}}]}]\n"),
       "6:18 error sniHosts is missing\n"},
  });
}

}  // namespace
}  // namespace weft::api
