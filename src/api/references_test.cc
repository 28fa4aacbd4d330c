#include "api/check_cases.h"

namespace weft::api {
namespace {

const std::string kService = "apiVersion: v1\nkind: Service\nmetadata: {name: reviews}\nspec: {ports: [{port: 80}]}\n";

std::string rule_with(const std::string& subsets, const std::string& host = "reviews") {
  return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: reviews}\nspec:\n  host: " +
         host + "\n  subsets: " + subsets + "\n";
}

std::string route_to(const std::string& destination, const std::string& name = "reviews") {
  return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name +
         "}\nspec:\n  hosts: [reviews]\n  http:\n  - route:\n    - destination: " + destination + "\n";
}

std::vector<const Resource*> pointers(const CheckedAll& all) {
  std::vector<const Resource*> list;
  for (const Resource& resource : all.resources) list.push_back(&resource);
  return list;
}

std::string references(const std::string& changed, const std::string& known) {
  const CheckedAll changed_all = check_text(changed), known_all = check_text(known);
  EXPECT_EQ(complaints(changed_all.findings), "");
  EXPECT_EQ(complaints(known_all.findings), "");
  return complaints(check_references(pointers(changed_all), pointers(known_all)));
}

TEST(CheckReferences, PointsAtASubsetThatNoRuleDefines) {
  EXPECT_EQ(
      references(route_to("{host: reviews, subset: v3}"), kService + "---\n" + rule_with("[{name: v1}, {name: v2}]")),
      "8:44 error subset \"v3\" is not defined for host reviews [use v1, or add v3 to the known subsets: v1, v2 "
      "(DestinationRule default/reviews, t.yaml:6)]\n");
}

TEST(CheckReferences, OnlyWarnsWhileNoRuleForTheHostIsKnown) {
  EXPECT_EQ(references(route_to("{host: reviews, subset: v3}"), kService),
            "8:44 warning subset \"v3\" is not defined for host reviews [no DestinationRule for "
            "reviews.default.svc.cluster.local is known; requests get 503 until one defines the subset]\n");
}

TEST(CheckReferences, TakesSubsetsOfAWildcardRule) {
  EXPECT_EQ(references(route_to("{host: reviews, subset: v1}"),
                       kService + "---\n" + rule_with("[{name: v1}]", "\"*.default.svc.cluster.local\"")),
            "");
}

TEST(CheckReferences, TakesWhatTheSameFilesBring) {
  EXPECT_EQ(references(
                kService + "---\n" + rule_with("[{name: v1}]") + "---\n" + route_to("{host: reviews, subset: v1}"), ""),
            "");
}

TEST(CheckReferences, KeepsASubsetThatIsStillRoutedTo) {
  EXPECT_EQ(
      references(rule_with("[{name: v1}]"), kService + "---\n" + rule_with("[{name: v1}, {name: v2}]") + "---\n" +
                                                route_to("{host: reviews, subset: v2}")),
      "6:3 error VirtualService default/reviews routes to subset \"v2\" of reviews, which is not among the subsets "
      "[keep the subset, or change VirtualService default/reviews first]\n");
}

TEST(CheckReferences, WarnsOfHostsThatNobodyKnows) {
  EXPECT_EQ(references(route_to("{host: revews}"), kService),
            "8:27 warning no service revews.default.svc.cluster.local is known [did you mean "
            "reviews.default.svc.cluster.local?]\n");
  EXPECT_EQ(references(route_to("{host: reviews.default}"), kService),
            "8:27 warning no service reviews.default is known [a name with a dot is taken as it is; write "
            "reviews.default.svc.cluster.local]\n");
}

TEST(CheckReferences, WarnsOfAHostThatTwoObjectsRoute) {
  EXPECT_EQ(references(route_to("{host: reviews}", "other"), kService + "---\n" + route_to("{host: reviews}")),
            "5:11 warning the host reviews is routed by VirtualService default/reviews, t.yaml:6, too "
            "[the older of the two decides; put the rules into one VirtualService]\n");
}

TEST(CheckReferences, NamesPathsWhereThereAreNoFiles) {
  const CheckedAll known = check_text(kService + "---\n" + rule_with("[{name: v1}]"));
  const YamlFile file = parse_yaml(route_to("{host: reviews, subset: v3}"), "t.yaml");
  const Checked changed = check(to_json(file.documents[0]), {});
  ASSERT_TRUE(changed.resource.has_value());
  const Findings findings = check_references({&*changed.resource}, pointers(known));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].path, "spec.http[0].route[0].destination.subset");
  EXPECT_EQ(findings[0].line, 0u);
}

}  // namespace
}  // namespace weft::api
