#include "node/pods/pod_kind.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

api::Metadata pod(model::Labels labels = {}, model::Labels annotations = {}) {
  return {.name = "p", .namespace_name = "n", .labels = std::move(labels), .annotations = std::move(annotations)};
}
const model::Labels kEnabled{{"istio-injection", "enabled"}};

TEST(PodKind, follows_the_namespace_when_the_pod_says_nothing) {
  EXPECT_EQ(kind_of(pod(), kEnabled), PodKind::meshed);
  EXPECT_EQ(kind_of(pod(), {}), PodKind::unmeshed);
}

TEST(PodKind, of_the_one_gateway_is_known_by_its_name) {
  EXPECT_EQ(kind_of({.name = "weft-gateway", .namespace_name = "weft-system"}, {}), PodKind::gateway);
  EXPECT_EQ(kind_of({.name = "weft-gateway", .namespace_name = "other"}, {}), PodKind::unmeshed);
}

}  // namespace
}  // namespace weft::node
