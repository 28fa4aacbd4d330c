// AuthorizationPolicies with the action CUSTOM: how they stand before a workload, and that what stands there is
// compiled to what was written.
#include "control/translate/security/external_authorization.h"

#include <envoy/extensions/filters/http/ext_authz/v3/ext_authz.pb.h>
#include <envoy/extensions/filters/network/ext_authz/v3/ext_authz.pb.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/translate/security/guards.h"
#include "decide/compile/authorization.h"
#include "decide/compile/external_authorization.h"

namespace weft::control::translate {
namespace {

constexpr const char* kOverHttp = R"(
extensionProviders:
- name: opa
  envoyExtAuthzHttp:
    service: authz/opa.authz.svc.cluster.local
    port: 8181
    pathPrefix: /check
    failOpen: true
    statusOnError: "503"
    clearRouteCache: true
    timeout: 2s
    includeRequestHeadersInCheck: [Cookie, x-in-*]
    includeAdditionalHeadersInCheck: {x-from: weft}
    includeRequestBodyInCheck: {maxRequestBytes: 10, allowPartialMessage: true}
    headersToUpstreamOnAllow: [x-user, "*-by-opa"]
    headersToDownstreamOnDeny: [x-why]
    headersToDownstreamOnAllow: [x-told])";

constexpr const char* kOverGrpc = R"(
extensionProviders:
- name: opa
  envoyExtAuthzGrpc: {service: opa.authz.svc.cluster.local, port: 9191})";

std::string policy(const char* provider, const char* path) {
  return std::string(R"({"spec":{"action":"CUSTOM","provider":{"name":")") + provider +
         R"("},"rules":[{"to":[{"operation":{"paths":[")" + path + R"("]}}]}]}})";
}

Guards guards_with(const char* mesh_config, std::initializer_list<std::string> policies) {
  mesh::MeshBuilder builder;
  api::Json config;
  config["data"]["mesh"] = mesh_config;
  std::vector<mesh::ObjectChange> changes = {mesh::object("/configmaps", "istio-system", "istio", config.dump())};
  int number = 0;
  for (const auto& one : policies) {
    const std::string name = "p" + std::to_string(number++);
    changes.push_back(mesh::object("security.istio.io/authorizationpolicies", "shop", name, one));
  }
  builder.apply(changes);
  return guards_of(*builder.view(), "shop", {});
}

decide::ExternalAuthorization compiled(const Guards& guards) {
  decide::Authorization before;
  decide::Ids ids;
  EXPECT_TRUE(decide::append_http_authorization(guards.http.at(0).typed_config(), before));
  auto external = decide::compile_http_authorizer(guards.http.at(1).typed_config(), before, ids);
  EXPECT_TRUE(external) << external.error().detail;
  EXPECT_TRUE(before.filters.empty());  // the rules are nothing but the question
  EXPECT_EQ(ids.clusters.name_of(external->cluster).substr(0, 9), "outbound|");
  return *std::move(external);
}

TEST(ExternalAuthorization, AProviderOverHttpIsAskedAsItIsDeclared) {
  const Guards guards = guards_with(kOverHttp, {policy("opa", "/admin")});
  ASSERT_EQ(guards.http.size(), 2u);
  EXPECT_EQ(guards.http[1].name(), "envoy.filters.http.ext_authz");
  EXPECT_TRUE(guards.tcp.empty());
  const auto external = compiled(guards);
  const auto& question = std::get<decide::HttpQuestion>(external.question);
  EXPECT_EQ(question.path_prefix, "/check");
  EXPECT_TRUE(question.shown.contain("cookie") && question.shown.contain("x-in-a"));
  EXPECT_FALSE(question.shown.contain("x-other"));
  EXPECT_EQ(question.added.at(0).second, "weft");
  EXPECT_TRUE(question.set_for_endpoint.contain("x-user") && question.set_for_endpoint.contain("said-by-opa"));
  EXPECT_TRUE(question.told_to_refused->contain("x-why"));
  EXPECT_TRUE(question.told_to_allowed.contain("x-told"));
  EXPECT_EQ(external.timeout, std::chrono::seconds(2));
  EXPECT_EQ(external.status_on_failure, 503);
  EXPECT_TRUE(external.passes_on_failure && external.routes_again);
  EXPECT_EQ(external.body->bytes_max, 10u);
  EXPECT_TRUE(external.body->may_be_cut);
}

TEST(ExternalAuthorization, IsAskedAboutWhatItsRulesName) {
  const auto external = compiled(guards_with(kOverHttp, {policy("opa", "/admin")}));
  ASSERT_TRUE(external.asked_about);
  ASSERT_EQ(external.asked_about->policies.size(), 1u);
  EXPECT_EQ(external.asked_about->policies[0].name, "istio-ext-authz-opa-ns[shop]-policy[p0]-rule[0]");
  const decide::RequestHead admin{"GET", "http", "a", "/admin"};
  const decide::RequestHead other{"GET", "http", "a", "/"};
  EXPECT_TRUE(external.concerns({.request = &admin}));
  EXPECT_FALSE(external.concerns({.request = &other}));
}

TEST(ExternalAuthorization, OverGrpcItIsAskedAboutConnections) {
  const Guards guards = guards_with(kOverGrpc, {policy("opa", "/admin")});
  const auto external = compiled(guards);
  EXPECT_EQ(std::get<decide::GrpcQuestion>(external.question).authority,
            "outbound_.9191_._.opa.authz.svc.cluster.local");
  EXPECT_EQ(external.timeout, std::chrono::seconds(600));
  EXPECT_EQ(external.status_on_failure, 403);
  ASSERT_EQ(guards.tcp.size(), 2u);
  decide::Authorization before;
  decide::Ids ids;
  ASSERT_TRUE(decide::append_tcp_authorization(guards.tcp[0].typed_config(), before));
  const auto tcp = decide::compile_tcp_authorizer(guards.tcp[1].typed_config(), before, ids);
  ASSERT_TRUE(tcp) << tcp.error().detail;
  EXPECT_TRUE(tcp->concerns({}));  // of a path nothing is known there
}

TEST(ExternalAuthorization, WhoCannotBeAskedRefuses) {
  const auto refuses = [](const char* mesh_config, std::initializer_list<std::string> policies) {
    const Guards guards = guards_with(mesh_config, policies);
    decide::Authorization rules;
    for (const auto& filter : guards.http) EXPECT_TRUE(decide::append_http_authorization(filter.typed_config(), rules));
    const decide::RequestHead admin{"GET", "http", "a", "/admin"};
    return std::string(rules.decide({.request = &admin}).denial);
  };
  const auto name = [](const char* rule) { return "rbac_access_denied_matched_policy[" + std::string(rule) + "]"; };
  EXPECT_EQ(refuses("", {policy("nobody", "/admin")}),
            name("istio-ext-authz-nobody-ns[shop]-policy[p0]-rule[0]-deny-due-to-bad-CUSTOM-action"));
  EXPECT_EQ(refuses(kOverHttp, {policy("opa", "/admin"), policy("other", "/x")}),
            name("istio-ext-authz-opa-ns[shop]-policy[p0]-rule[0]-deny-due-to-bad-CUSTOM-action"));
  EXPECT_EQ(refuses("extensionProviders: [{name: opa, prometheus: {}}]", {policy("opa", "/admin")}),
            name("istio-ext-authz-opa-ns[shop]-policy[p0]-rule[0]-deny-due-to-bad-CUSTOM-action"));
}

}  // namespace
}  // namespace weft::control::translate
