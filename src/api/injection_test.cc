#include "api/injection.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

Metadata pod(model::Labels labels = {}, model::Labels annotations = {}) {
  return {.name = "p", .namespace_name = "n", .labels = std::move(labels), .annotations = std::move(annotations)};
}
const model::Labels kEnabled{{"istio-injection", "enabled"}};

TEST(Injection, follows_the_namespace_when_the_pod_says_nothing) {
  EXPECT_TRUE(wants_sidecar(pod(), kEnabled));
  EXPECT_FALSE(wants_sidecar(pod(), {}));
}

TEST(Injection, is_decided_by_the_pods_label_before_its_annotation_and_its_namespace) {
  EXPECT_FALSE(wants_sidecar(pod({{"sidecar.istio.io/inject", "false"}}), kEnabled));
  EXPECT_TRUE(wants_sidecar(pod({{"sidecar.istio.io/inject", "true"}}), {}));
  EXPECT_FALSE(wants_sidecar(pod({}, {{"sidecar.istio.io/inject", "false"}}), kEnabled));
  EXPECT_TRUE(wants_sidecar(pod({{"sidecar.istio.io/inject", "true"}}, {{"sidecar.istio.io/inject", "false"}}), {}));
}

TEST(Injection, does_not_happen_in_a_namespace_that_disables_it) {
  EXPECT_FALSE(wants_sidecar(pod({{"sidecar.istio.io/inject", "true"}}), {{"istio-injection", "disabled"}}));
}

}  // namespace
}  // namespace weft::api
