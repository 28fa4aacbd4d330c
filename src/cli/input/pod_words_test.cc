#include "cli/input/pod_words.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

std::vector<api::Json> pods() {
  std::vector<api::Json> all;
  for (const auto& [space, name] : {std::pair{"shop", "front-v1-abc"}, {"shop", "front-v2-def"}, {"default", "tool"}}) {
    all.push_back({{"metadata", {{"name", name}, {"namespace", space}}}});
    const std::string_view whole = name;
    if (const size_t dash = whole.rfind('-'); dash != whole.npos)
      all.back()["metadata"]["ownerReferences"] = {{{"kind", "Deployment"}, {"name", whole.substr(0, dash)}}};
  }
  return all;
}

std::string found(const std::string& word, const std::string& space) {
  const auto pod = find_pod(word, space, pods());
  return pod ? pod->namespace_name + "/" + pod->name : pod.error().what;
}

TEST(PodWords, take_a_name_in_the_namespace) {
  EXPECT_EQ(found("front-v2-def", "shop"), "shop/front-v2-def");
}

TEST(PodWords, take_the_forms_of_istioctl_and_kubectl) {
  EXPECT_EQ(found("front-v2-def.shop", "default"), "shop/front-v2-def");
  EXPECT_EQ(found("shop/front-v2-def", "default"), "shop/front-v2-def");
  EXPECT_EQ(found("pod/tool", "default"), "default/tool");
  EXPECT_EQ(found("deploy/front-v2", "shop"), "shop/front-v2-def");
}

// "api" once was the first pod whose name began so: "api-gateway-0".
TEST(PodWords, know_a_deployment_from_the_start_of_another_name) {
  std::vector<api::Json> all = pods();
  const api::Json gateway = {{"metadata", {{"name", "front-v1-gateway-0"}, {"namespace", "shop"}}}};
  all.insert(all.begin(), gateway);
  for (const auto* word : {"deploy/front-v1", "deployment/front-v1", "front-v1"}) {
    EXPECT_EQ(find_pod(word, "shop", all)->name, "front-v1-abc") << word;
    EXPECT_EQ(find_pods(word, "shop", all, {}), (std::vector<PodName>{{"shop", "front-v1-abc"}})) << word;
  }
  EXPECT_EQ(find_pod("front-v1-g", "shop", all)->name, "front-v1-gateway-0");
  EXPECT_EQ(find_pod("deploy/front-v1-g", "shop", all).error().what,
            "there is no pod of a Deployment \"front-v1-g\" in namespace \"shop\"; did you mean \"front-v1\" or "
            "\"front-v2\"?");
  EXPECT_FALSE(find_pods("deploy/front-v1-g", "shop", all, {}));
}

// `weft exec "$UNSET" -- ...` ran in the first pod there was.
TEST(PodWords, refuse_an_empty_name) {
  for (const auto* word : {"", "pod/", "deploy/", "shop/", ".shop", "/"}) {
    const auto none = find_pod(word, "shop", pods());
    ASSERT_FALSE(none) << word;
    EXPECT_EQ(none.error().exit, Exit::usage) << word;
    EXPECT_EQ(none.error().what, "\"" + std::string(word) + "\" names no pod");
    EXPECT_FALSE(find_pods(word, "shop", pods(), {})) << word;
  }
}

TEST(PodWords, take_the_start_of_a_name) {
  EXPECT_EQ(found("front-v2", "shop"), "shop/front-v2-def");
}

TEST(PodWords, find_a_pod_of_another_namespace_when_none_was_named) {
  EXPECT_EQ(found("front-v1", "default"), "shop/front-v1-abc");
  EXPECT_EQ(found("front-v1.default", "shop"),
            "there is no pod \"front-v1\" in namespace \"default\"; did you mean \"front-v1-abc\"?");
}

// "name name" of what is found in the namespace shop, or why nothing is.
std::string all_found(const std::string& word) {
  auto labelled = pods();
  for (auto& pod : labelled) pod["metadata"]["labels"] = {{"app", "front"}};
  const std::vector<api::Json> services = {
      {{"metadata", {{"name", "front"}, {"namespace", "shop"}}}, {"spec", {{"selector", {{"app", "front"}}}}}},
      {{"metadata", {{"name", "outside"}, {"namespace", "shop"}}}, {"spec", api::Json::object()}}};
  const auto named = find_pods(word, "shop", labelled, services);
  if (!named) return named.error().what;
  std::string text;
  for (const auto& one : *named) text += (text.empty() ? "" : " ") + one.name;
  return text;
}

TEST(PodWords, take_all_pods_of_a_service) {
  EXPECT_EQ(all_found("front"), "front-v1-abc front-v2-def");
  EXPECT_EQ(all_found("svc/front"), "front-v1-abc front-v2-def");
  EXPECT_EQ(all_found("front.shop"), "front-v1-abc front-v2-def");
  EXPECT_EQ(all_found("svc/outside"), "no pod in namespace \"shop\" is of \"svc/outside\"");
  EXPECT_EQ(all_found("svc/nothing"), "no pod in namespace \"shop\" is of \"svc/nothing\"");
}

// A Service without a selector hid the pods of the Deployment of its name.
TEST(PodWords, go_by_a_service_only_where_it_has_pods) {
  auto all = pods();
  const std::vector<api::Json> services = {
      {{"metadata", {{"name", "front-v1"}, {"namespace", "shop"}}}, {"spec", api::Json::object()}}};
  EXPECT_EQ(find_pods("front-v1", "shop", all, services), (std::vector<PodName>{{"shop", "front-v1-abc"}}));
  EXPECT_FALSE(find_pods("svc/front-v1", "shop", all, services));
  EXPECT_EQ(find_pod("svc/front-v1", "shop", all).error().what, "\"svc/front-v1\" names no pod");
}

TEST(PodWords, take_all_pods_of_a_deployment) {
  EXPECT_EQ(all_found("deploy/front-v1"), "front-v1-abc");
  EXPECT_EQ(all_found("front-v2"), "front-v2-def");
  EXPECT_EQ(all_found("front-v2-def"), "front-v2-def");
  EXPECT_EQ(all_found("fro"), "no pod in namespace \"shop\" is of \"fro\"");
}

}  // namespace
}  // namespace weft::cli
