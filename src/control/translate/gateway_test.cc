// What a gateway's ports and hosts become where Gateways and VirtualServices are odd, but allowed.
#include "control/translate/gateway.h"

#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "decide/compile/compile.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;
using mesh::gateway;
using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

// "{port: ..., hosts: [...], REST}"
std::string server(const std::string& number, const std::string& protocol, const std::string& hosts,
                   const std::string& rest = "") {
  return "{port: {number: " + number + ", name: p" + number + ", protocol: " + protocol + "}, hosts: [" + hosts + "]" +
         (rest.empty() ? "" : ", " + rest) + "}";
}
std::string servers(const std::string& list) {
  return "{selector: {istio: ingressgateway}, servers: [" + list + "]}";
}

// "to CLUSTER", "redirect HOST:PORT", "answer STATUS"; with "claim" where the token is asked.
std::string text(const Route& route) {
  std::string all = route.match().has_safe_regex() ? "~" + route.match().safe_regex().regex()
                                                   : route.match().path() + route.match().prefix();
  for (const auto& header : route.match().headers()) all += " " + header.name();
  if (!route.match().dynamic_metadata().empty()) all += " claim";
  if (route.has_direct_response()) return all + " answer " + std::to_string(route.direct_response().status());
  if (!route.has_redirect()) return all + " to " + route.route().cluster();
  const auto& redirect = route.redirect();
  return all + " redirect " + redirect.scheme_redirect() + redirect.host_redirect() +
         (redirect.port_redirect() == 0 ? "" : ":" + std::to_string(redirect.port_redirect()));
}

class GatewayTranslation : public testing::Test {
 protected:
  void add(const mesh::ObjectChange& change) { builder_.apply({change}); }
  void bind(const std::string& name, const std::string& hosts, const std::string& http) {
    add(mesh::virtual_service("shop", name, "{hosts: [" + hosts + "], gateways: [infra/g], http: [" + http + "]}"));
  }

  mesh::MergedGateway merged() { return gateway_of(*builder_.view(), client_); }

  // Every listener must be one that proxies take.
  std::vector<Listener> listeners() {
    std::vector<Listener> all;
    for (const auto& one : gateway_listeners(*builder_.view(), client_, kScope, merged())) {
      decide::Ids ids;
      const auto compiled = decide::compile_listener(one.bytes, ids);
      EXPECT_TRUE(compiled) << compiled.error().detail;
      EXPECT_TRUE(all.emplace_back().ParseFromString(one.bytes));
    }
    return all;
  }
  Lines listener_names() {
    Lines names;
    for (const auto& one : listeners()) names.push_back(one.name());
    return names;
  }
  // "NAME,NAME" for each chain of the only listener.
  Lines server_names() {
    Lines lines;
    const auto all = listeners();
    EXPECT_EQ(all.size(), 1);
    for (const auto& chain : all.at(0).filter_chains()) {
      std::string line;
      for (const auto& name : chain.filter_chain_match().server_names()) line += (line.empty() ? "" : ",") + name;
      lines.push_back(line);
    }
    return lines;
  }

  std::vector<VirtualHost> virtual_hosts() {
    std::vector<VirtualHost> hosts;
    for (const auto& one : gateway_routes(*builder_.view(), kScope, merged())) {
      decide::Ids ids;
      const auto compiled = decide::compile_route_table(one.bytes, ids);
      EXPECT_TRUE(compiled) << compiled.error().detail;
      RouteConfiguration routes;
      EXPECT_TRUE(routes.ParseFromString(one.bytes));
      hosts.insert(hosts.end(), routes.virtual_hosts().begin(), routes.virtual_hosts().end());
    }
    return hosts;
  }
  // "DOMAIN,DOMAIN" for each virtual host.
  Lines domains() {
    Lines lines;
    for (const auto& host : virtual_hosts()) {
      std::string line;
      for (const auto& domain : host.domains()) line += (line.empty() ? "" : ",") + domain;
      lines.push_back(line);
    }
    return lines;
  }
  Lines routes() {
    Lines lines;
    for (const auto& host : virtual_hosts()) {
      for (const auto& route : host.routes()) lines.push_back(text(route));
    }
    return lines;
  }

  const Client client_ = read_client("router~10.0.0.9~g.infra~x", R"({"LABELS":{"istio":"ingressgateway"}})").value();
  const Scope kScope{"infra", {}, ClientKind::router};
  mesh::MeshBuilder builder_;
};

constexpr const char* kEndsTls = "tls: {mode: SIMPLE, credentialName: c}";

// --- Who has which name.

TEST_F(GatewayTranslation, AHostForSeveralNamespacesIsOneServerName) {
  add(gateway("infra", "g", servers(server("443", "HTTPS", "team-a/a.com, team-b/a.com, A.com, b.com", kEndsTls))));
  EXPECT_THAT(server_names(), ElementsAre("a.com,b.com"));
}

TEST_F(GatewayTranslation, AStarAmongServerNamesIsTheChainWithoutAny) {
  add(gateway("infra", "g", servers(server("443", "HTTPS", "a.com, \"*\"", kEndsTls))));
  EXPECT_THAT(server_names(), ElementsAre(""));
}

TEST_F(GatewayTranslation, OfTwoServersTheOldestHasANameWhateverTheNamespaceItIsFor) {
  add(gateway(
      "infra", "g",
      servers(server("443", "HTTPS", "team-a/a.com", kEndsTls) + ", " +
              "{port: {number: 443, name: other, protocol: HTTPS}, hosts: [team-b/a.com, b.com], " + kEndsTls + "}")));
  EXPECT_THAT(server_names(), ElementsAre("a.com", "b.com"));
}

TEST_F(GatewayTranslation, ARepeatedServerNameOfARuleIsOne) {
  add(gateway("infra", "g", servers(server("443", "TLS", "\"*\"", "tls: {mode: PASSTHROUGH}"))));
  add(mesh::virtual_service("shop", "v",
                            "{hosts: [a.com], gateways: [infra/g], tls: [{match: [{sniHosts: [a.com, A.com, a.com]}], "
                            "route: [{destination: {host: x.com}}]}]}"));
  EXPECT_THAT(server_names(), ElementsAre("a.com"));
}

TEST_F(GatewayTranslation, EveryAddressIsTheSameWhetherWrittenOrNot) {
  const auto bound = [](const char* address) { return server("80", "HTTP", "a.com", std::string("bind: ") + address); };
  add(gateway("infra", "g", servers(server("80", "HTTP", "b.com"))));
  add(gateway("infra", "h", servers(bound("0.0.0.0"))));
  EXPECT_THAT(listener_names(), ElementsAre("0.0.0.0_80"));
  add(gateway("infra", "i", servers(bound("10.0.0.1"))));
  EXPECT_THAT(listener_names(), ElementsAre("0.0.0.0_80", "10.0.0.1_80"));
}

TEST_F(GatewayTranslation, HostsOfServersAndRulesMeetInTheNarrower) {
  struct Case {
    const char* server;
    const char* rule;
    Lines domains;
  };
  for (const auto& [served, ruled, expected] : {
           Case{"a.com", "a.com", {"a.com"}},
           Case{"A.com", "a.COM", {"a.com"}},
           Case{"\"*\"", "a.com", {"a.com"}},
           Case{"\"*.com\"", "\"*.a.com\"", {"*.a.com"}},
           Case{"\"*.a.com\"", "\"*.com\"", {"*.a.com"}},
           Case{"\"*.a.com\"", "\"*\"", {"*.a.com"}},
           Case{"\"*.a.com\"", "a.com", {"*"}},       // the wildcard is not its own parent: 404
           Case{"\"*.a.com\"", "xa.com", {"*"}},      // nor a suffix of letters
           Case{"shop/a.com", "a.com", {"a.com"}},    //
           Case{"other/a.com", "a.com", {"*"}},       // for VirtualServices of another namespace
           Case{"./a.com", "a.com", {"*"}},           // of the gateway's own
           Case{"\"*/a.com\"", "a.com", {"a.com"}},   //
           Case{"\"*\"", "\"*\"", {"*"}},             //
           Case{"a.com, \"*\"", "a.com", {"a.com"}},  // twice the same
           Case{"a.com, b.com", "\"*\"", {"a.com,b.com"}},
       }) {
    SetUp();
    builder_ = mesh::MeshBuilder();
    add(gateway("infra", "g", servers(server("80", "HTTP", served))));
    bind("v", ruled, "{directResponse: {status: 200}}");
    EXPECT_EQ(domains(), expected) << served << " and " << ruled;
  }
}

// --- Rules of several objects.

TEST_F(GatewayTranslation, ARuleForSomeTokensIsNoCatchAll) {
  add(gateway("infra", "g", servers(server("80", "HTTP", "a.com"))));
  bind("v", "a.com",
       "{match: [{headers: {\"@request.auth.claims.group\": {exact: staff}}}], directResponse: {status: 201}}, "
       "{match: [{uri: {prefix: /open}}], directResponse: {status: 202}}");
  EXPECT_THAT(routes(), ElementsAre("/ claim answer 201", "/open answer 202"));
}

TEST_F(GatewayTranslation, WhatTakesEverythingComesLastWhoeverSaysIt) {
  add(gateway("infra", "g", servers(server("80", "HTTP", "a.com"))));
  bind("a", "a.com", "{match: [{uri: {exact: /a}}], directResponse: {status: 201}}, {directResponse: {status: 202}}");
  bind("b", "a.com",
       "{match: [{method: {exact: GET}}], directResponse: {status: 203}}, "
       "{match: [{uri: {prefix: /}}], directResponse: {status: 204}}");
  EXPECT_THAT(routes(), ElementsAre("/a answer 201", "/ :method answer 203", "/ answer 202", "/ answer 204"));
}

TEST_F(GatewayTranslation, RulesForOtherGatewaysPortsAndTheMeshStayOut) {
  add(gateway("infra", "g", servers(server("80", "HTTP", "a.com"))));
  bind("v", "a.com",
       "{match: [{port: 443}], directResponse: {status: 201}}, "
       "{match: [{gateways: [mesh]}], directResponse: {status: 202}}, "
       "{match: [{gateways: [infra/other]}], directResponse: {status: 203}}, "
       "{match: [{sourceNamespace: shop}], directResponse: {status: 204}}, "
       "{match: [{gateways: [infra/g], port: 80}], directResponse: {status: 205}}");
  EXPECT_THAT(routes(), ElementsAre("/ answer 205"));
}

// --- Redirects.

TEST_F(GatewayTranslation, ASchemesOwnPortIsNeverWritten) {
  struct Case {
    const char* protocol;
    const char* redirect;
    std::string expected;
  };
  for (const auto& [protocol, redirect, expected] : {
           Case{"HTTP", "{authority: b.com, port: 80}", "b.com"},
           Case{"HTTP", "{authority: b.com, port: 443}", "b.com:443"},
           Case{"HTTP", "{scheme: https, port: 443}", "https"},
           Case{"HTTP", "{scheme: https, port: 80}", "https:80"},
           Case{"HTTP", "{authority: b.com, derivePort: FROM_REQUEST_PORT}", "b.com:8080"},
           Case{"HTTP", "{authority: b.com, derivePort: FROM_PROTOCOL_DEFAULT}", "b.com"},
           Case{"HTTPS", "{authority: b.com, port: 443}", "b.com"},  // the request came by https
           Case{"HTTPS", "{authority: b.com, port: 80}", "b.com:80"},
           Case{"HTTPS", "{scheme: http, port: 80}", "http"},
           Case{"HTTPS", "{scheme: http, port: 443}", "http:443"},
       }) {
    builder_ = mesh::MeshBuilder();
    const bool ends_tls = protocol == std::string_view("HTTPS");
    add(gateway("infra", "g", servers(server("8080", protocol, "a.com", ends_tls ? kEndsTls : ""))));
    bind("v", "a.com", std::string("{redirect: ") + redirect + "}");
    EXPECT_THAT(routes(), ElementsAre("/ redirect " + expected)) << protocol << " " << redirect;
  }
}

TEST_F(GatewayTranslation, APortThatNobodyHasRulesForAnswers404) {
  add(gateway("infra", "g", servers(server("80", "HTTP", "a.com"))));
  EXPECT_THAT(domains(), ElementsAre("*"));
  EXPECT_THAT(routes(), IsEmpty());
}

}  // namespace
}  // namespace weft::control::translate
