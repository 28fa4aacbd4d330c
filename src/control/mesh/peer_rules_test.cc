#include "control/mesh/peer_rules.h"

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using api::istio::to_string;

const model::Labels kApi = {{"app", "api"}};

// Created `day` days into a month: a lower one is older.
ObjectChange peers(const std::string& space, const std::string& name, const std::string& spec, int day = 1) {
  return object("security.istio.io/peerauthentications", space, name,
                "metadata: {creationTimestamp: 2026-01-0" + std::to_string(day) + "T00:00:00Z}\nspec: " + spec);
}

// "STRICT by shop/mine", for a port of workloads "app: api" of the namespace shop.
std::string decision(const MeshBuilder& builder, uint32_t port = 80, const std::string& space = "shop") {
  const auto rules = peer_rules(builder.view()->peer_authentications(), builder.view()->root_space(), space, kApi);
  const auto& rule = rules.of(port);
  return std::string(to_string(rule.mode)) + (rule.from ? " by " + rule.from->name : "");
}

TEST(PeerRules, WithoutPoliciesBothAreTaken) {
  EXPECT_EQ(decision(MeshBuilder()), "PERMISSIVE");
}

TEST(PeerRules, TheNarrowestScopeDecides) {
  MeshBuilder builder;
  builder.apply({peers("istio-system", "mesh", "{mtls: {mode: STRICT}}")});
  EXPECT_EQ(decision(builder), "STRICT by istio-system/mesh");
  builder.apply({peers("shop", "space", "{mtls: {mode: PERMISSIVE}}")});
  EXPECT_EQ(decision(builder), "PERMISSIVE by shop/space");
  EXPECT_EQ(decision(builder, 80, "other"), "STRICT by istio-system/mesh");
  builder.apply({peers("shop", "workload",
                       "{selector: {matchLabels: {app: api}}, mtls: {mode: DISABLE}, portLevelMtls: {81: {mode: "
                       "STRICT}}}")});
  EXPECT_EQ(decision(builder), "DISABLE by shop/workload");
  EXPECT_EQ(decision(builder, 81), "STRICT by shop/workload");
}

TEST(PeerRules, WhatIsUnsetComesFromTheWiderScope) {
  MeshBuilder builder;
  builder.apply({peers("istio-system", "mesh", "{mtls: {mode: STRICT}}"), peers("shop", "space", "{}"),
                 peers("shop", "workload",
                       "{selector: {matchLabels: {app: api}}, mtls: {mode: UNSET}, portLevelMtls: {81: {}, 82: {mode: "
                       "DISABLE}}}")});
  EXPECT_EQ(decision(builder), "STRICT by istio-system/mesh");
  EXPECT_EQ(decision(builder, 81), "STRICT by istio-system/mesh");
  EXPECT_EQ(decision(builder, 82), "DISABLE by shop/workload");
}

TEST(PeerRules, OfSeveralAtOneScopeTheOldestHoldsEvenWhenItSaysNothing) {
  MeshBuilder builder;
  builder.apply({peers("shop", "a-younger", "{mtls: {mode: DISABLE}}", 2), peers("shop", "z-older", "{}", 1),
                 peers("istio-system", "b", "{mtls: {mode: DISABLE}}", 3),
                 peers("istio-system", "c", "{mtls: {mode: STRICT}}", 2)});
  EXPECT_EQ(decision(builder), "STRICT by istio-system/c");
  builder.apply({removed(peers("shop", "z-older", "{}"))});
  EXPECT_EQ(decision(builder), "DISABLE by shop/a-younger");
}

TEST(PeerRules, OtherWorkloadsAndSelectorsOfTheRootNamespaceDontCount) {
  MeshBuilder builder;
  builder.apply({peers("istio-system", "chosen", "{selector: {matchLabels: {app: api}}, mtls: {mode: STRICT}}"),
                 peers("shop", "web", "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"),
                 peers("other", "space", "{mtls: {mode: STRICT}}")});
  EXPECT_EQ(decision(builder), "PERMISSIVE");
  EXPECT_EQ(decision(builder, 80, "istio-system"), "PERMISSIVE");
}

TEST(PeerRules, AnotherRootNamespaceIsTheMeshs) {
  MeshBuilder builder;
  builder.apply({mesh_config("rootNamespace: config"), peers("config", "mesh", "{mtls: {mode: STRICT}}")});
  EXPECT_EQ(decision(builder), "STRICT by config/mesh");
}

TEST(PeerRules, AChangeTouchesWorkloadsAndClientsOfItsScope) {
  MeshBuilder builder;
  builder.apply({service("shop", "api", "{ports: [{port: 80}]}"), service("other", "api", "{ports: [{port: 80}]}")});
  const auto near = builder.apply({peers("shop", "space", "{mtls: {mode: DISABLE}}")});
  EXPECT_EQ(near.policy_spaces, (std::set<std::string, std::less<>>{"shop"}));
  EXPECT_EQ(near.hosts, (std::set<std::string, std::less<>>{"api.shop.svc.cluster.local"}));
  const auto wide = builder.apply({peers("istio-system", "mesh", "{mtls: {mode: STRICT}}")});
  EXPECT_EQ(wide.policy_spaces, (std::set<std::string, std::less<>>{"*"}));
  EXPECT_EQ(wide.hosts.size(), 2u);
  EXPECT_EQ(builder.apply({removed(peers("istio-system", "mesh", ""))}).hosts.size(), 2u);
}

// What servers take and what clients go by: "PERMISSIVE, plain".
std::string step(const MeshBuilder& builder) {
  const auto& view = *builder.view();
  const auto clients = peer_rules(view.clients_peer_authentications(), view.root_space(), "shop", kApi);
  return std::string(to_string(ServedModes(view, "shop", kApi).of(80))) + ", " +
         (clients.of(80).takes_mutual_tls() ? "mutual TLS" : "plain");
}

// Every step from one mode to another, a change each.
std::vector<std::string> steps(const std::string& from, const std::string& to) {
  MeshBuilder builder;
  builder.apply({peers("shop", "a", "{mtls: {mode: " + from + "}}")});
  EXPECT_FALSE(builder.peers_are_settling()) << "what weftd starts with";
  builder.apply({peers("shop", "a", "{mtls: {mode: " + to + "}}")});
  std::vector<std::string> seen = {step(builder)};
  while (builder.peers_are_settling()) {
    EXPECT_FALSE(builder.advance_peers().empty());
    if (step(builder) != seen.back()) seen.push_back(step(builder));
  }
  return seen;
}

TEST(ServedModes, AChangeBetweenPlainTextAloneAndMutualTlsTakesThreeSteps) {
  using Steps = std::vector<std::string>;
  EXPECT_EQ(steps("DISABLE", "STRICT"), (Steps{"PERMISSIVE, plain", "PERMISSIVE, mutual TLS", "STRICT, mutual TLS"}));
  EXPECT_EQ(steps("DISABLE", "PERMISSIVE"), (Steps{"PERMISSIVE, plain", "PERMISSIVE, mutual TLS"}));
  EXPECT_EQ(steps("STRICT", "DISABLE"), (Steps{"PERMISSIVE, mutual TLS", "PERMISSIVE, plain", "DISABLE, plain"}));
  EXPECT_EQ(steps("PERMISSIVE", "DISABLE"), (Steps{"PERMISSIVE, mutual TLS", "PERMISSIVE, plain", "DISABLE, plain"}));
}

TEST(ServedModes, WhereClientsSpeakMutualTlsAlreadyTheChangeHoldsAtOnce) {
  EXPECT_EQ(steps("PERMISSIVE", "STRICT"), std::vector<std::string>{"STRICT, mutual TLS"});
  EXPECT_EQ(steps("STRICT", "PERMISSIVE"), std::vector<std::string>{"PERMISSIVE, mutual TLS"});
}

TEST(ServedModes, AChangeOnTheWayOfAnotherForgetsNobody) {
  MeshBuilder builder;
  builder.apply({peers("shop", "a", "{mtls: {mode: DISABLE}}")});
  builder.apply({peers("shop", "a", "{mtls: {mode: STRICT}}")});
  builder.advance_peers();
  EXPECT_EQ(step(builder), "PERMISSIVE, mutual TLS");
  builder.apply({removed(peers("shop", "a", "")), peers("shop", "b", "{mtls: {mode: DISABLE}}")});
  EXPECT_EQ(step(builder), "PERMISSIVE, mutual TLS") << "some clients have moved";
  builder.advance_peers();
  EXPECT_EQ(step(builder), "PERMISSIVE, plain");
  builder.advance_peers();
  EXPECT_EQ(step(builder), "DISABLE, plain");
  EXPECT_FALSE(builder.peers_are_settling());
}

TEST(ServedModes, ChangesWithoutEndKeepNoMoreThanClientsMayGoBy) {
  MeshBuilder builder;
  builder.apply({peers("shop", "a", "{mtls: {mode: DISABLE}}")});
  size_t most = 0;
  for (int i = 0; i < 100; ++i) {
    for (const char* mode : {"STRICT", "DISABLE", "STRICT"}) {
      builder.apply({peers("shop", "a", std::string("{mtls: {mode: ") + mode + "}}")});
      most = std::max(most, builder.view()->former_peer_authentications().size());
    }
    builder.advance_peers();
    EXPECT_EQ(step(builder), "PERMISSIVE, mutual TLS") << "before the next change comes";
    builder.apply({peers("shop", "a", "{mtls: {mode: DISABLE}}")});
    EXPECT_EQ(step(builder), "PERMISSIVE, mutual TLS") << "some clients have moved";
    builder.advance_peers();
  }
  EXPECT_EQ(most, 2u);
  builder.advance_peers();
  EXPECT_EQ(step(builder), "DISABLE, plain");
  EXPECT_FALSE(builder.peers_are_settling());
}

}  // namespace
}  // namespace weft::control::mesh
