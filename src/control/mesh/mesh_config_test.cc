// MeshConfig as the mesh builder follows it: from its ConfigMap, and never from a wrong one.
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using api::istio::MeshOutboundMode;

MeshOutboundMode mode_of(const MeshBuilder& builder) {
  return builder.view()->config().outbound_traffic_policy.mode;
}

const std::string kClosed = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}";

TEST(MeshConfigMap, HoldsForTheWholeMeshAndTouchesEverything) {
  MeshBuilder builder;
  EXPECT_EQ(mode_of(builder), MeshOutboundMode::allow_any);
  const auto touched = builder.apply({mesh_config(kClosed)});
  EXPECT_EQ(mode_of(builder), MeshOutboundMode::registry_only);
  EXPECT_TRUE(touched.hosts.contains("*"));
}

TEST(MeshConfigMap, ThatIsWrongLeavesTheLastGoodOne) {
  MeshBuilder builder;
  builder.apply({mesh_config(kClosed)});
  EXPECT_TRUE(builder.apply({mesh_config("outboundTrafficPolicy: {mode: SOMETIMES}")}).empty());
  EXPECT_EQ(mode_of(builder), MeshOutboundMode::registry_only);
}

TEST(MeshConfigMap, ThatIsGoneLeavesTheDefaults) {
  MeshBuilder builder;
  builder.apply({mesh_config(kClosed)});
  builder.apply({removed(mesh_config(""))});
  EXPECT_EQ(mode_of(builder), MeshOutboundMode::allow_any);
}

TEST(MeshConfigMap, OfAnotherNameIsNone) {
  MeshBuilder builder;
  builder.apply({object("/configmaps", "shop", "istio", "data: {mesh: \"" + kClosed + "\"}")});
  EXPECT_EQ(mode_of(builder), MeshOutboundMode::allow_any);
}

TEST(MeshConfigMap, NamesTheRootNamespace) {
  MeshBuilder builder;
  EXPECT_EQ(builder.view()->root_space(), "istio-system");
  builder.apply({mesh_config("rootNamespace: base")});
  EXPECT_EQ(builder.view()->root_space(), "base");
}

}  // namespace
}  // namespace weft::control::mesh
