// Under which names services are reached, and what their rules become, as sidecars get it.
#include "control/translate/outbound_routes.h"

#include <envoy/config/route/v3/route.pb.h>
#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/translate/visibility.h"
#include "decide/compile/compile.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;
using testing::ElementsAre;
using Lines = std::vector<std::string>;

const Scope kScope{"shop", {}};

class OutboundRoutes : public testing::Test {
 protected:
  void add(const mesh::ObjectChange& change) { builder_.apply({change}); }
  void add_entry(const std::string& space, const std::string& name, const std::string& year, const std::string& spec) {
    add(mesh::object("networking.istio.io/serviceentries", space, name,
                     "metadata: {creationTimestamp: \"" + year + "-01-01T00:00:00Z\"}\nspec: " + spec));
  }

  // What proxies take; no domain stands twice, or they would not.
  std::vector<VirtualHost> hosts(uint32_t port) {
    std::vector<mesh::ServicePtr> services;
    builder_.view()->services().each([&](const mesh::ServicePtr& known) {
      if (auto visible = visible_service(*builder_.view(), kScope, known->host)) services.push_back(visible);
    });
    const auto encoded = port_routes(*builder_.view(), kScope, port, services);
    decide::Ids ids;
    const auto compiled = decide::compile_route_table(encoded.bytes, ids);
    EXPECT_TRUE(compiled) << compiled.error().detail;
    RouteConfiguration routes;
    EXPECT_TRUE(routes.ParseFromString(encoded.bytes));
    return {routes.virtual_hosts().begin(), routes.virtual_hosts().end()};
  }
  // "NAME: DOMAIN DOMAIN" for each virtual host.
  Lines domains(uint32_t port) {
    Lines lines;
    for (const auto& host : hosts(port)) {
      auto line = host.name() + ":";
      for (const auto& domain : host.domains()) line += " " + domain;
      lines.push_back(line);
    }
    return lines;
  }

  mesh::MeshBuilder builder_;
};

TEST_F(OutboundRoutes, AServiceHasEveryNameThatItsClientsMayWrite) {
  add(mesh::service("shop", "a", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}"));
  add(mesh::service("far", "b", "{clusterIP: 10.96.0.2, ports: [{port: 80, name: http}]}"));
  EXPECT_THAT(
      domains(80),
      ElementsAre("a.shop.svc.cluster.local:80: a.shop.svc.cluster.local a.shop.svc.cluster.local. a a.shop.svc "
                  "a.shop 10.96.0.1",
                  "b.far.svc.cluster.local:80: b.far.svc.cluster.local b.far.svc.cluster.local. b.far.svc "
                  "b.far 10.96.0.2",
                  "allow_any: *"));
}

TEST_F(OutboundRoutes, AnAddressIsItsOldestOwnersWhateverOthersCallThemselves) {
  add(mesh::service("shop", "z", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}"));
  add_entry("evil", "e", "2020",
            "{hosts: [a.evil.com], addresses: [10.96.0.1, 192.0.2.1], ports: [{number: 80, name: h, protocol: HTTP}]}");
  add_entry("late", "l", "2021",
            "{hosts: [a.a.com], addresses: [192.0.2.1], ports: [{number: 80, name: h, protocol: HTTP}]}");
  EXPECT_THAT(domains(80),
              ElementsAre("a.a.com:80: a.a.com", "a.evil.com:80: a.evil.com 192.0.2.1",
                          "z.shop.svc.cluster.local:80: z.shop.svc.cluster.local z.shop.svc.cluster.local. "
                          "z z.shop.svc z.shop 10.96.0.1",
                          "allow_any: *"));
}

TEST_F(OutboundRoutes, AHostIsItsOwnEvenWhereItIsAShortNameOfAnother) {
  add(mesh::service("shop", "a", "{ports: [{port: 80, name: http}]}"));
  add_entry("shop", "e", "2020", "{hosts: [a.shop], ports: [{number: 80, name: h, protocol: HTTP}]}");
  EXPECT_THAT(
      domains(80),
      ElementsAre("a.shop:80: a.shop",
                  "a.shop.svc.cluster.local:80: a.shop.svc.cluster.local a.shop.svc.cluster.local. a a.shop.svc",
                  "allow_any: *"));
}

TEST_F(OutboundRoutes, AnAddressOfIPv6StandsInBrackets) {
  add_entry("shop", "e", "2020",
            "{hosts: [a.com], addresses: [\"2001:db8::1\", \"2001:db8::/32\"], "
            "ports: [{number: 80, name: h, protocol: HTTP}], resolution: STATIC}");
  EXPECT_THAT(domains(80), ElementsAre("a.com:80: a.com [2001:db8::1]", "allow_any: *"));
}

TEST_F(OutboundRoutes, WhatIsWrittenTwiceCountsOnce) {
  add_entry("shop", "e", "2020",
            "{hosts: [a.com, A.com], addresses: [192.0.2.1, 192.0.2.1], "
            "ports: [{number: 80, name: h, protocol: HTTP}]}");
  EXPECT_THAT(domains(80), ElementsAre("a.com:80: a.com 192.0.2.1", "allow_any: *"));
}

TEST_F(OutboundRoutes, AHostOfNoServiceIsRoutedOnPort80Alone) {
  add(mesh::virtual_service("shop", "v", "{hosts: [x.com, Web], http: [{directResponse: {status: 200}}]}"));
  add(mesh::virtual_service("shop", "g",
                            "{hosts: [g.com], gateways: [infra/g], http: [{directResponse: {status: 200}}]}"));
  EXPECT_THAT(domains(80), ElementsAre("web.shop.svc.cluster.local:80: web.shop.svc.cluster.local", "x.com:80: x.com",
                                       "allow_any: *"));
  EXPECT_THAT(domains(81), ElementsAre("allow_any: *"));
}

TEST_F(OutboundRoutes, AHostThatIsHiddenIsNoHostOfNoService) {
  add(mesh::object("/services", "far", "a",
                   "metadata: {annotations: {networking.istio.io/exportTo: '.'}}\nspec: {ports: [{port: 80, name: "
                   "http}]}"));
  add(mesh::virtual_service("shop", "v",
                            "{hosts: [a.far.svc.cluster.local], http: [{directResponse: {status: 200}}]}"));
  EXPECT_THAT(domains(80), ElementsAre("a.far.svc.cluster.local:80: a.far.svc.cluster.local", "allow_any: *"));
}

// --- Rules.

// "NAME MATCH ACTION" of each route of the service a.shop at port 80.
class Rules : public OutboundRoutes {
 protected:
  Rules() {
    add(mesh::service("shop", "a", "{ports: [{port: 80, name: http}, {port: 81, name: http-b}]}"));
    add(mesh::service("shop", "one", "{ports: [{port: 8080, name: http}]}"));
    add(mesh::service("shop", "two", "{ports: [{port: 1, name: http}, {port: 80, name: http-b}, {port: 3, name: x}]}"));
  }
  std::vector<envoy::config::route::v3::Route> routes(const std::string& http) {
    add(mesh::virtual_service("shop", "v", "{hosts: [a], http: [" + http + "]}"));
    for (const auto& host : hosts(80)) {
      if (host.name() == "a.shop.svc.cluster.local:80") return {host.routes().begin(), host.routes().end()};
    }
    return {};
  }
  Lines clusters(const std::string& http) {
    Lines lines;
    for (const auto& route : routes(http)) {
      if (!route.route().cluster().empty()) lines.push_back(route.route().cluster());
      for (const auto& cluster : route.route().weighted_clusters().clusters())
        lines.push_back(cluster.name() + " " + std::to_string(cluster.weight().value()));
    }
    return lines;
  }
};

TEST_F(Rules, ADestinationsPortIsSaidOrTheOnlyOneOrTheRequests) {
  struct Case {
    const char* destination;
    const char* cluster;
  };
  for (const auto& [destination, cluster] : {
           Case{"{host: one}", "outbound|8080||one.shop.svc.cluster.local"},
           Case{"{host: one, port: {number: 9}}", "outbound|9||one.shop.svc.cluster.local"},
           Case{"{host: two}", "outbound|80||two.shop.svc.cluster.local"},
           Case{"{host: two, port: {name: x}}", "outbound|3||two.shop.svc.cluster.local"},
           Case{"{host: two, port: {name: nobody}}", "outbound|80||two.shop.svc.cluster.local"},
           Case{"{host: ONE, subset: v1}", "outbound|8080|v1|one.shop.svc.cluster.local"},
           Case{"{host: one.shop}", "outbound|80||one.shop"},  // a name with a dot is not completed
           Case{"{host: unknown.com}", "outbound|80||unknown.com"},
           Case{"{host: 10.0.0.1}", "outbound|80||10.0.0.1"},
       }) {
    EXPECT_EQ(clusters(std::string("{route: [{destination: ") + destination + "}]}"), Lines{cluster}) << destination;
  }
}

TEST_F(Rules, WeightsAreShares) {
  const auto route = [](const std::string& weights) {
    std::string all;
    int number = 0;
    for (const auto weight : split(weights, ' ')) {
      all += (all.empty() ? "" : ", ") + std::string("{destination: {host: h") + std::to_string(number++) + ".com}" +
             (weight == "-" ? "" : ", weight: " + std::string(weight)) + "}";
    }
    return "{route: [" + all + "]}";
  };
  struct Case {
    const char* weights;
    Lines clusters;
  };
  for (const auto& [weights, expected] : {
           Case{"-", {"outbound|80||h0.com"}},
           Case{"0", {"outbound|80||h0.com"}},
           Case{"1 2", {"outbound|80||h0.com 1", "outbound|80||h1.com 2"}},
           Case{"0 2", {"outbound|80||h1.com 2"}},
           Case{"- 2", {"outbound|80||h1.com 2"}},
           Case{"2147483647 2147483647", {"outbound|80||h0.com 2147483647", "outbound|80||h1.com 2147483647"}},
       }) {
    EXPECT_EQ(clusters(route(weights)), expected) << weights;
  }
}

TEST_F(Rules, WhatFollowsACatchAllIsLeftOut) {
  struct Case {
    const char* match;
    size_t routes;
  };
  for (const auto& [match, expected] : {
           Case{"[]", 1},
           Case{"[{}]", 1},
           Case{"[{name: x}]", 1},
           Case{"[{uri: {prefix: /}}]", 1},
           Case{"[{uri: {prefix: \"\"}}]", 1},
           Case{"[{port: 80}]", 1},
           Case{"[{uri: {regex: \"*\"}}]", 1},      // Istio's word for any
           Case{"[{port: 81}, {port: 80}]", 1},     //
           Case{"[{uri: {prefix: /x}}, {}]", 2},    //
           Case{"[{uri: {exact: /}}]", 2},          //
           Case{"[{method: {exact: GET}}]", 2},     //
           Case{"[{withoutHeaders: {x: {}}}]", 2},  //
           Case{"[{queryParams: {x: {}}}]", 2},     //
           Case{"[{uri: {regex: \".*\"}}]", 2},     // nobody reads expressions
           Case{"[{port: 81}]", 1},                 // not for this port: the rule is passed over
           Case{"[{sourceLabels: {app: x}}]", 1},   // nor for this client
           Case{"[{sourceNamespace: other}]", 1},   //
           Case{"[{sourceNamespace: shop}]", 1},    //
           Case{"[{gateways: [infra/g]}]", 1},      //
           Case{"[{gateways: [mesh]}, {port: 80}]", 1},
       }) {
    const auto got =
        routes(std::string("{match: ") + match + ", directResponse: {status: 201}}, {directResponse: {status: 202}}");
    EXPECT_EQ(got.size(), expected) << match;
  }
}

TEST_F(Rules, ADefaultRouteStandsInForRulesNoneOfWhichIsForTheClient) {
  const auto got = routes("{match: [{port: 81}], directResponse: {status: 201}}");
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(got[0].name() + " " + got[0].route().cluster(), "default outbound|80||a.shop.svc.cluster.local");
}

TEST_F(Rules, PathsAreComparedAsTheyAreWritten) {
  struct Case {
    const char* uri;
    const char* wire;
  };
  for (const auto& [uri, wire] : {
           Case{"uri: {exact: /a}", "path: \"/a\" case_sensitive { value: true }"},
           Case{"uri: {exact: /A}, ignoreUriCase: true", "path: \"/A\" case_sensitive { }"},
           Case{"uri: {prefix: /a}", "prefix: \"/a\" case_sensitive { value: true }"},
           Case{"uri: {prefix: \"\"}", "prefix: \"\" case_sensitive { value: true }"},
           Case{"uri: {regex: \"/a.\"}", "case_sensitive { value: true } safe_regex { regex: \"/a.\" }"},
           Case{"uri: {regex: \"*\"}", "prefix: \"/\" case_sensitive { value: true }"},
           Case{"uri: {}", "prefix: \"/\" case_sensitive { value: true }"},
       }) {
    const auto got = routes(std::string("{match: [{") + uri + "}], directResponse: {status: 201}}");
    ASSERT_EQ(got.size(), 1) << uri;
    EXPECT_EQ(got[0].match().ShortDebugString() + " ", std::string(wire) + " ") << uri;
  }
}

TEST_F(Rules, RetriesAreIstiosUnlessTheRuleOrTheMeshSaysOtherwise) {
  struct Case {
    const char* retries;
    const char* wire;  // "COUNT on CONDITIONS [STATUS...] avoiding N"
  };
  for (const auto& [retries, wire] : {
           Case{"", "2 on connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes [] avoiding 1"},
           Case{"retries: {}", "none"},
           Case{"retries: {attempts: 0}", "none"},
           Case{"retries: {attempts: 3}",
                "3 on connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes [] avoiding 1"},
           Case{"retries: {attempts: 1, retryOn: \"503\"}", "1 on retriable-status-codes [503] avoiding 1"},
           Case{"retries: {attempts: 1, retryOn: \"5xx,503,504,503\"}",
                "1 on 5xx,retriable-status-codes [503 504 503] avoiding 1"},
           Case{"retries: {attempts: 1, retryOn: \"retriable-status-codes,409\"}",
                "1 on retriable-status-codes [409] avoiding 1"},
           Case{"retries: {attempts: 1, retryOn: reset, retryIgnorePreviousHosts: false}", "1 on reset [] avoiding 0"},
           Case{"retries: {attempts: 2147483647, retryOn: reset}", "2147483647 on reset [] avoiding 1"},
       }) {
    const auto got = routes(std::string("{route: [{destination: {host: one}}], ") + retries + "}");
    ASSERT_EQ(got.size(), 1) << retries;
    std::string text = "none";
    if (got[0].route().has_retry_policy()) {
      const auto& policy = got[0].route().retry_policy();
      text = std::to_string(policy.num_retries().value()) + " on " + policy.retry_on() + " [";
      for (const auto status : policy.retriable_status_codes())
        text += (text.ends_with('[') ? "" : " ") + std::to_string(status);
      text += "] avoiding " + std::to_string(policy.retry_host_predicate_size());
    }
    EXPECT_EQ(text, wire) << retries;
  }
}

TEST_F(Rules, TheAuthorityIsThatOfTheStrongest) {
  struct Case {
    const char* rule;
    const char* destination;
    const char* authority;
  };
  for (const auto& [rule, destination, authority] : {
           Case{"", "", ""},
           Case{"", "{Host: d}", "d"},
           Case{"headers: {request: {set: {HOST: h}}}", "{Host: d}", "h"},
           Case{"headers: {request: {add: {\":authority\": h}}}", "{Host: d}", "h"},
           Case{"rewrite: {authority: r}", "{Host: d}", "r"},
           Case{"rewrite: {uri: /x}", "{Host: d}", "d"},
       }) {
    const auto headers =
        *destination == '\0' ? std::string() : std::string(", headers: {request: {set: ") + destination + "}}";
    const auto got = routes("{route: [{destination: {host: one}" + headers + "}], " + rule + "}");
    ASSERT_EQ(got.size(), 1) << rule;
    EXPECT_EQ(got[0].route().host_rewrite_literal(), authority) << rule << " " << destination;
    EXPECT_EQ(got[0].request_headers_to_add_size(), 0) << "Host is no header to add";
  }
}

TEST_F(Rules, PercentagesAreCountedInMillionths) {
  struct Case {
    const char* written;
    uint32_t millionths;
  };
  for (const auto& [written, millionths] : {
           Case{"mirrorPercentage: {value: 100}", 1'000'000},
           Case{"mirrorPercentage: {value: 0.0001}", 1},
           Case{"mirrorPercentage: {value: 33.33333}", 333'333},
           Case{"mirrorPercentage: {value: 0.29}", 2900},  // no binary fraction
           Case{"mirrorPercent: 7", 70'000},
           Case{"mirror_percent: 7, mirrorPercentage: {value: 50}", 500'000},
           Case{"", 1'000'000},
       }) {
    const auto got = routes(std::string("{route: [{destination: {host: one}}], mirror: {host: two}, ") + written + "}");
    ASSERT_EQ(got.size(), 1) << written;
    ASSERT_EQ(got[0].route().request_mirror_policies_size(), 1) << written;
    const auto& mirror = got[0].route().request_mirror_policies(0);
    EXPECT_EQ(mirror.runtime_fraction().default_value().numerator(), millionths) << written;
    EXPECT_EQ(mirror.cluster(), "outbound|80||two.shop.svc.cluster.local");
  }
  for (const char* none : {"mirrorPercentage: {value: 0}", "mirrorPercent: 0"}) {
    const auto got = routes(std::string("{route: [{destination: {host: one}}], mirror: {host: two}, ") + none + "}");
    EXPECT_EQ(got.at(0).route().request_mirror_policies_size(), 0) << none;
  }
}

TEST_F(Rules, AnOriginOfAnyNameIsAnExpression) {
  const auto got = routes(
      "{directResponse: {status: 200}, corsPolicy: {allowOrigins: [{regex: \"*\"}], allowOrigin: [\"*\", a.com], "
      "maxAge: 90s}}");
  ASSERT_EQ(got.size(), 1);
  const auto& packed = got[0].typed_per_filter_config().at("envoy.filters.http.cors");
  envoy::extensions::filters::http::cors::v3::CorsPolicy cors;
  ASSERT_TRUE(packed.UnpackTo(&cors));
  EXPECT_EQ(cors.allow_origin_string_match(0).safe_regex().regex(), ".*");
  EXPECT_EQ(cors.allow_origin_string_match(1).safe_regex().regex(), ".*");
  EXPECT_EQ(cors.allow_origin_string_match(2).exact(), "a.com");
  EXPECT_EQ(cors.max_age(), "90");
}

}  // namespace
}  // namespace weft::control::translate
