#include "control/translate/client.h"

#include <gtest/gtest.h>

namespace weft::control::translate {
namespace {

constexpr const char* kNode = "sidecar~10.0.0.7~web-1.shop~shop.svc.cluster.local";

TEST(Client, IsReadFromTheNodeIdAndItsMetadata) {
  auto client = read_client(kNode, R"({"LABELS":{"app":"web"},"CLUSTER_ID":"c"})");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->kind, ClientKind::sidecar);
  EXPECT_EQ(client->name(), "web-1.shop");
  EXPECT_EQ(client->address, "10.0.0.7");
  EXPECT_EQ(client->labels, (model::Labels{{"app", "web"}}));
}

TEST(Client, APodNameMayHoldDots) {
  auto client = read_client("sidecar~10.0.0.7~a.b.shop~shop.svc.cluster.local", "");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->pod, "a.b");
  EXPECT_EQ(client->space, "shop");
}

TEST(Client, ExposedPortsMayBeNumbersOrText) {
  auto client = read_client("router~10.0.0.7~g.w~w.svc.cluster.local",
                            R"({"EXPOSE":[{"service":"a","namespace":"n","port":80,"hostPort":"18080"}]})");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->exposed, (std::vector<Expose>{{"a", "n", 80, 18080}}));
}

TEST(Client, WhatDoesNotFitIsRefusedWithItsReason) {
  struct Case {
    const char* node;
    const char* metadata;
    const char* said;
  };
  for (const auto& [node, metadata, said] : {
           Case{"sidecar~10.0.0.7~web-1.shop", "", "is not TYPE~IP~POD.NAMESPACE~DOMAIN"},
           Case{"ztunnel~10.0.0.7~web-1.shop~x", "", "is neither sidecar nor router"},
           Case{"sidecar~host~web-1.shop~x", "", "names no address"},
           Case{"sidecar~10.0.0.7~shop~x", "", "names no POD.NAMESPACE"},
           Case{"sidecar~10.0.0.7~.shop~x", "", "names no POD.NAMESPACE"},
           Case{kNode, "{", "JSON"},
           Case{kNode, R"({"EXPOSE":{}})", "EXPOSE is no list"},
           Case{kNode, R"({"EXPOSE":[1]})", "an entry of EXPOSE is no map"},
           Case{kNode, R"({"EXPOSE":[{"service":"a","namespace":"n","port":0,"hostPort":1}]})", "needs service"},
           Case{kNode, R"({"EXPOSE":[{"service":"a","namespace":"n","port":70000,"hostPort":1}]})", "needs service"},
       }) {
    auto client = read_client(node, metadata);
    ASSERT_FALSE(client) << node;
    EXPECT_NE(client.error().detail.find(said), std::string::npos) << client.error().detail;
  }
}

TEST(Scope, HoldsOnlyTheLabelsThatSomeRuleLooksAt) {
  auto client = read_client(kNode, R"({"LABELS":{"app":"web"}})");
  EXPECT_EQ(scope_of(*client, mesh::MeshView()), (Scope{"shop", {}}));
}

}  // namespace
}  // namespace weft::control::translate
