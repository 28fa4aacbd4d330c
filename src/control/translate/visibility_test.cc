#include "control/translate/visibility.h"

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/translate/names.h"

namespace weft::control::translate {
namespace {

using mesh::service;
using mesh::sidecar;

constexpr const char* kFar = "api.far.svc.cluster.local";
constexpr const char* kPorts = "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}";
const Scope kScope{"shop", {}, ClientKind::sidecar, "shop/s"};

TEST(Visibility, WithoutASidecarEverythingThatIsExported) {
  mesh::MeshBuilder builder;
  builder.apply({service("far", "api", kPorts)});
  EXPECT_TRUE(visible_service(*builder.view(), {"shop", {}}, kFar));
}

TEST(Visibility, ARouteThatIsSeenShowsWhereItLeads) {
  mesh::MeshBuilder builder;
  builder.apply({service("far", "api", kPorts), sidecar("shop", "s", "{egress: [{hosts: [\"./*\"]}]}")});
  EXPECT_FALSE(visible_service(*builder.view(), kScope, kFar));
  builder.apply({mesh::virtual_service(
      "shop", "v", "{hosts: [x.com], http: [{route: [{destination: {host: " + std::string(kFar) + "}}]}]}")});
  EXPECT_TRUE(visible_service(*builder.view(), kScope, kFar));
}

TEST(Visibility, ARuleForAHiddenHostDoesNotCount) {
  mesh::MeshBuilder builder;
  builder.apply({sidecar("shop", "s", "{egress: [{hosts: [\"./*\"]}]}"),
                 mesh::virtual_service("far", "v", "{hosts: [api], http: [{directResponse: {status: 200}}]}")});
  EXPECT_FALSE(visible_virtual_service(*builder.view(), kScope, kFar));
  EXPECT_TRUE(visible_virtual_service(*builder.view(), {"shop", {}}, kFar));
}

TEST(Visibility, GatewaysGetTheEndpointsOfWhatSidecarsDial) {
  mesh::Service headless;
  headless.resolution = mesh::Resolution::dialled;
  EXPECT_EQ(resolution_for({"shop", {}}, headless), mesh::Resolution::dialled);
  EXPECT_EQ(resolution_for({"shop", {}, ClientKind::router}, headless), mesh::Resolution::listed);
}

TEST(Visibility, ASidecarsWordOnUnknownTrafficComesBeforeTheMeshs) {
  mesh::MeshBuilder builder;
  builder.apply({sidecar("shop", "s", "{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}")});
  EXPECT_EQ(cluster_of_unknown(*builder.view(), kScope), kBlackHoleCluster);
  EXPECT_EQ(cluster_of_unknown(*builder.view(), {"shop", {}}), kPassthroughCluster);
  builder.apply({mesh::mesh_config("outboundTrafficPolicy: {mode: REGISTRY_ONLY}"),
                 sidecar("shop", "s", "{outboundTrafficPolicy: {mode: ALLOW_ANY}}")});
  EXPECT_EQ(cluster_of_unknown(*builder.view(), kScope), kPassthroughCluster);
  EXPECT_EQ(cluster_of_unknown(*builder.view(), {"shop", {}}), kBlackHoleCluster);
}

}  // namespace
}  // namespace weft::control::translate
