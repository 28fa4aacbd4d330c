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

TEST(PodKind, is_gateway_where_the_gateway_template_is_injected) {
  const auto gateway = pod({{"sidecar.istio.io/inject", "true"}}, {{"inject.istio.io/templates", "gateway"}});
  EXPECT_EQ(kind_of(gateway, {}), PodKind::gateway);
  EXPECT_FALSE(serves_host(gateway));
}

TEST(PodKind, of_the_gateway_that_serves_the_host_is_known_by_its_name) {
  EXPECT_EQ(kind_of({.name = "weft-gateway", .namespace_name = "weft-system"}, {}), PodKind::gateway);
  EXPECT_EQ(kind_of({.name = "weft-gateway", .namespace_name = "other"}, {}), PodKind::unmeshed);
}

}  // namespace
}  // namespace weft::node
