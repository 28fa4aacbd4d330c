#include "cli/mesh/bring_up.h"

#include <gtest/gtest.h>

#include "cli/mesh/submit.h"

namespace weft::cli {
namespace {

using api::Json;

Json service(const std::string& space, const std::string& name, int port) {
  return {{"kind", "Service"},
          {"metadata", {{"name", name}, {"namespace", space}}},
          {"spec", {{"ports", {{{"port", port}}}}}}};
}

TEST(BringUp, starts_weft_node_with_what_was_asked_for) {
  UpPlan plan;
  plan.state.root = "/s";
  plan.exposes = {{"api", "shop", 80, 8080}};
  plan.api_port = 7801;
  plan.log_level = "debug";
  plan.certificate_lifetime = std::chrono::minutes(2);
  plan.weftd_words = {"--api-listen", "10.0.0.1:7801"};
  EXPECT_EQ(node_words(plan),
            (std::vector<std::string>{"run", "--state", "/s", "--api-port", "7801", "--expose", "api.shop:80=8080",
                                      "--log-level", "debug", "--certificate-lifetime", "120s", "--api-listen",
                                      "10.0.0.1:7801"}));
}

TEST(BringUp, names_exposed_services_that_do_not_exist) {
  const auto findings = missing_services({{"apy", "shop", 80, 8080}}, {}, {service("shop", "api", 80)});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "there is no Service \"apy\" in namespace \"shop\"");
  EXPECT_EQ(findings[0].hint, "services: shop/api");
}

TEST(BringUp, names_exposed_ports_that_a_service_lacks) {
  const auto findings =
      missing_services({{"api", "shop", 81, 8080}, {"api", "shop", 80, 8081}}, {}, {service("shop", "api", 80)});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "Service \"shop/api\" has no port 81; its ports: [80]");
}

TEST(Submit, carries_weft_yaml_in_config_maps) {
  Manifests manifests;
  manifests.images["a"] = {{"x"}, "/", {}};
  manifests.mesh = {{"enableTracing", true}};
  const auto objects = plan_objects(manifests, {image_config_map({{"old", {{"y"}, "/", {}}}}, nullptr)});
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(image_names(objects[0]), (std::vector<std::string>{"a", "old"}));
  EXPECT_EQ(objects[1]["metadata"]["name"], "istio");
}

TEST(Submit, does_not_repeat_warnings_that_the_files_checks_gave) {
  Applied applied;
  applied.warnings = {"DestinationRule a/b: x is an old spelling [WFT1030]", "the disk is nearly full"};
  EXPECT_EQ(further_warnings(applied), std::vector<std::string>{"the disk is nearly full"});
}

TEST(Submit, names_the_object_and_its_file_where_weftd_counts_items) {
  auto checked =
      api::check_file(api::parse_yaml("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", "shop.yaml"),
                      api::Strictness::strict, "default");
  EXPECT_EQ(name_items("  items[0].metadata.name: no\n  items[0]: no\n", checked.resources),
            "  Namespace shop (shop.yaml:1) metadata.name: no\n  Namespace shop (shop.yaml:1): no\n");
  EXPECT_EQ(name_items("items[7].data: no, items[", checked.resources), "the image map of weft.yaml data: no, items[");
}

TEST(Submit, tells_which_proxies_refused_what) {
  EXPECT_EQ(describe_refusals({{"nacked", Json::array()}}), "");
  EXPECT_EQ(
      describe_refusals({{"nacked", {{{"proxy", "a.shop"}, {"type", "CDS"}, {"resource", "c"}, {"message", "no"}}}}}),
      "  a.shop: CDS c: no\n");
}

}  // namespace
}  // namespace weft::cli
