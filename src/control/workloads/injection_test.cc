#include "control/workloads/injection.h"

#include <gtest/gtest.h>

#include "control/workloads/world_fixture_test.h"

namespace weft::control {
namespace {

class PodInjectionTest : public WorldFixture {
 protected:
  // The annotation of a new pod with these labels; "" without one.
  std::string status_of(api::Json labels, api::Json annotations = api::Json::object()) {
    api::Json pod{
        {"metadata", {{"name", "p"}, {"namespace", "shop"}, {"labels", labels}, {"annotations", annotations}}}};
    note_injection(labels_of_namespace(world_, "shop"), pod);
    return pod["metadata"]["annotations"].value("sidecar.istio.io/status", "");
  }
};

TEST_F(PodInjectionTest, is_noted_where_the_namespace_or_the_pod_asks_for_it) {
  const Key shop = add("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
  EXPECT_EQ(status_of({{"app", "web"}}), "");
  EXPECT_EQ(status_of({{"sidecar.istio.io/inject", "true"}}), R"({"containers":["weft-proxy"]})");
  EXPECT_EQ(status_of({{"app", "web"}}, {{"sidecar.istio.io/status", "copied"}}), "");
  change(shop, [](api::Json& body) { body["metadata"]["labels"]["istio-injection"] = "enabled"; });
  EXPECT_EQ(status_of({{"app", "web"}}), R"({"containers":["weft-proxy"]})");
  EXPECT_EQ(status_of({{"app", "web"}}, {{"inject.istio.io/templates", "gateway"}}), "") << "a gateway has no sidecar";
}

}  // namespace
}  // namespace weft::control
