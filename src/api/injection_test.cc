#include "api/injection.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

Metadata pod(model::Labels labels = {}, model::Labels annotations = {}) {
  return {.name = "p", .namespace_name = "n", .labels = std::move(labels), .annotations = std::move(annotations)};
}
const model::Labels kEnabled{{"istio-injection", "enabled"}};
const model::Labels kWanted{{"sidecar.istio.io/inject", "true"}};
const model::Labels kRefused{{"sidecar.istio.io/inject", "false"}};

TEST(Injection, follows_the_namespace_when_the_pod_says_nothing) {
  EXPECT_EQ(injection_of(pod(), kEnabled), Injection::sidecar);
  EXPECT_EQ(injection_of(pod(), {}), Injection::none);
}

TEST(Injection, is_decided_by_the_pods_label_before_its_annotation_and_its_namespace) {
  EXPECT_EQ(injection_of(pod(kRefused), kEnabled), Injection::none);
  EXPECT_EQ(injection_of(pod(kWanted), {}), Injection::sidecar);
  EXPECT_EQ(injection_of(pod({}, kRefused), kEnabled), Injection::none);
  EXPECT_EQ(injection_of(pod(kWanted, kRefused), {}), Injection::sidecar);
}

TEST(Injection, does_not_happen_in_a_namespace_that_disables_it) {
  EXPECT_EQ(injection_of(pod(kWanted), {{"istio-injection", "disabled"}}), Injection::none);
}

TEST(Injection, makes_a_gateway_of_a_pod_that_asks_for_its_template) {
  EXPECT_EQ(injection_of(pod(kWanted, {{"inject.istio.io/templates", "gateway"}}), {}), Injection::gateway);
  EXPECT_EQ(injection_of(pod(kWanted, {{"inject.istio.io/templates", "custom, gateway"}}), {}), Injection::gateway);
  EXPECT_EQ(injection_of(pod(kWanted, {{"inject.istio.io/templates", "sidecar"}}), {}), Injection::sidecar);
  EXPECT_EQ(injection_of(pod(kRefused, {{"inject.istio.io/templates", "gateway"}}), {}), Injection::none);
}

}  // namespace
}  // namespace weft::api
