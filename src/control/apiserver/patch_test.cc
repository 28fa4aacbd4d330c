#include "control/apiserver/patch.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

const api::Kind& deployment() {
  return *api::find_kind("apps/v1", "Deployment");
}
const api::Kind& service() {
  return *api::find_kind("v1", "Service");
}
const api::Kind& virtual_service() {
  return *api::find_kind("networking.istio.io/v1", "VirtualService");
}

Json yaml(const std::string& text) {
  return api::to_json(api::parse_yaml(text, "test").documents.at(0));
}

Json strategic(const api::Kind& kind, const std::string& object, const std::string& patch) {
  Json result = yaml(object);
  const auto merged = strategic_merge_patch(kind, result, yaml(patch));
  EXPECT_TRUE(merged) << merged.error().message;
  return result;
}
// Why a patch of the containers of a Deployment that has one is refused; empty: it is not.
std::string refusal_of(const std::string& containers) {
  Json object = yaml("spec: {template: {spec: {containers: [{name: a, image: b}]}}}");
  const auto merged =
      strategic_merge_patch(deployment(), object, yaml("spec: {template: {spec: {containers: " + containers + "}}}"));
  return merged ? "" : std::to_string(merged.error().code) + " " + merged.error().message;
}

TEST(StrategicMergePatch, AnItemWithoutItsKeyIsNamed) {
  EXPECT_EQ(refusal_of("[{image: c}]"), "400 map: map[image:c] does not contain declared merge key: name");
  EXPECT_EQ(refusal_of("[{name: a, env: [{value: x}]}]"), "");  // there is no list yet to merge it with
  EXPECT_EQ(refusal_of("[{$patch: delete, image: c}]"),
            "400 map: map[$patch:delete image:c] does not contain declared merge key: name");
  EXPECT_EQ(refusal_of("[{ports: [{containerPort: 80, a: null}], tty: true}]"),
            "400 map: map[ports:[map[a:<nil> containerPort:80]] tty:true] does not contain declared merge key: name");
  EXPECT_EQ(refusal_of("[{$patch: replace}, {name: c}]"), "");
}

// The examples of RFC 7396's appendix A.
TEST(MergePatch, FollowsTheRfc) {
  const char* cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [before, patch, after] : cases) {
    Json object = Json::parse(before);
    merge_patch(object, Json::parse(patch));
    EXPECT_EQ(object, Json::parse(after)) << before << " + " << patch;
  }
}

TEST(JsonPatch, DoesItsOperationsOrSaysWhyNot) {
  const Json object = Json::parse(R"({"a":{"b":[1,2]}})");
  EXPECT_EQ(
      json_patch(object, Json::parse(R"([{"op":"replace","path":"/a/b/0","value":7},{"op":"remove","path":"/a/b/1"}])"))
          .value(),
      Json::parse(R"({"a":{"b":[7]}})"));
  EXPECT_EQ(json_patch(object, Json::parse(R"([{"op":"test","path":"/a","value":1}])")).error().code, 422);
  EXPECT_EQ(json_patch(object, Json::parse(R"([{"op":"remove","path":"/nowhere"}])")).error().code, 422);
  EXPECT_EQ(json_patch(object, Json::parse(R"({"op":"remove"})")).error().code, 400);
  EXPECT_EQ(json_patch(object, Json::parse(R"([7])")).error().code, 400);
}

TEST(StrategicMergePatch, MergesContainersByNameAndTheirPortsByNumber) {
  const Json result = strategic(deployment(), R"(
spec: {template: {spec: {containers: [{name: a, image: x, ports: [{containerPort: 80, name: http}]}, {name: b, image: y}]}}}
)",
                                R"(
spec: {template: {spec: {containers: [{name: a, image: z, ports: [{containerPort: 81}]}]}}}
)");
  EXPECT_EQ(result, yaml(R"(
spec: {template: {spec: {containers: [
  {name: a, image: z, ports: [{containerPort: 80, name: http}, {containerPort: 81}]}, {name: b, image: y}]}}}
)"));
}

TEST(StrategicMergePatch, DeletesReplacesAndOrdersListItems) {
  const std::string object = "spec: {template: {spec: {containers: [{name: a}, {name: b}, {name: c}]}}}";
  EXPECT_EQ(strategic(deployment(), object, "spec: {template: {spec: {containers: [{name: a, $patch: delete}]}}}"),
            yaml("spec: {template: {spec: {containers: [{name: b}, {name: c}]}}}"));
  EXPECT_EQ(strategic(deployment(), object, "spec: {template: {spec: {containers: [{$patch: replace}, {name: d}]}}}"),
            yaml("spec: {template: {spec: {containers: [{name: d}]}}}"));
  EXPECT_EQ(strategic(deployment(), object,
                      "spec: {template: {spec: {$setElementOrder/containers: [{name: d}, {name: c}, {name: a}], "
                      "containers: [{name: d}]}}}"),
            yaml("spec: {template: {spec: {containers: [{name: d}, {name: c}, {name: a}, {name: b}]}}}"));
}

TEST(StrategicMergePatch, ObeysTheDirectivesOfMaps) {
  EXPECT_EQ(strategic(deployment(), "spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}",
                      "spec: {strategy: {$retainKeys: [type], type: Recreate}}"),
            yaml("spec: {strategy: {type: Recreate}}"));
  EXPECT_EQ(strategic(deployment(), "metadata: {labels: {a: b, c: d}}", "metadata: {labels: {$patch: replace, e: f}}"),
            yaml("metadata: {labels: {e: f}}"));
  EXPECT_EQ(strategic(deployment(), "metadata: {finalizers: [a, b]}",
                      "metadata: {$deleteFromPrimitiveList/finalizers: [a], finalizers: [c, b]}"),
            yaml("metadata: {finalizers: [b, c]}"));
}

// "$patch: delete" of a map left a null behind.
TEST(StrategicMergePatch, EmptiesAMapThatItIsToDelete) {
  EXPECT_EQ(strategic(deployment(), "spec: {strategy: {type: Recreate}, paused: true}",
                      "spec: {strategy: {$patch: delete, type: RollingUpdate}}"),
            yaml("spec: {strategy: {}, paused: true}"));
  EXPECT_EQ(strategic(deployment(), "spec: {paused: true}", "spec: {strategy: {$patch: delete}}"),
            yaml("spec: {strategy: {}, paused: true}"));
  EXPECT_EQ(strategic(deployment(), "spec: {paused: true}", "spec: {strategy: null}"), yaml("spec: {paused: true}"));
}

TEST(StrategicMergePatch, LeavesNothingBehindWhereThereWasNothingToDelete) {
  EXPECT_EQ(strategic(service(), "spec: {clusterIP: None}", "spec: {ports: [{port: 80, $patch: delete}]}"),
            yaml("spec: {clusterIP: None}"));
  EXPECT_EQ(strategic(service(), "spec: {ports: [{port: 80}]}", "spec: {ports: [{port: 81, $patch: delete}]}"),
            yaml("spec: {ports: [{port: 80}]}"));
  EXPECT_EQ(strategic(service(), "spec: {ports: [{port: 80}]}", "spec: {ports: [{port: 80, $patch: delete}]}"),
            yaml("spec: {ports: []}"));
}

// An item that says so replaces the list, and is none of it, whatever else it says.
TEST(StrategicMergePatch, ReplacesAListWithoutTheItemThatSaysSo) {
  EXPECT_EQ(strategic(service(), "spec: {ports: [{port: 80}, {port: 81}]}",
                      "spec: {ports: [{port: 82}, {port: 81, $patch: replace}, {port: 80, $patch: delete}]}"),
            yaml("spec: {ports: [{port: 82}]}"));
}

TEST(StrategicMergePatch, ReplacesAMapWithWhatStandsBesideTheDirective) {
  EXPECT_EQ(strategic(deployment(), "spec: {selector: {matchLabels: {a: b}, matchExpressions: []}}",
                      "spec: {selector: {$patch: replace, matchLabels: {c: d, e: null}}}"),
            yaml("spec: {selector: {matchLabels: {c: d}}}"));
}

TEST(StrategicMergePatch, ServicePortsMergeByPort) {
  EXPECT_EQ(
      strategic(service(), "spec: {ports: [{port: 80, name: http}]}", "spec: {ports: [{port: 80, targetPort: 8080}]}"),
      yaml("spec: {ports: [{port: 80, name: http, targetPort: 8080}]}"));
}

TEST(ThreeWayMerge, RemovesWhatWasAppliedAndKeepsWhatOthersAdded) {
  EXPECT_EQ(three_way_merge(deployment(), yaml("{spec: {replicas: 3, paused: true}}"), yaml("{spec: {replicas: 4}}"),
                            yaml("{spec: {replicas: 2, paused: true, minReadySeconds: 5}, status: {replicas: 2}}")),
            yaml("{spec: {replicas: 4, minReadySeconds: 5}, status: {replicas: 2}}"));
}

TEST(ThreeWayMerge, MergesKeyedListsItemByItem) {
  const Json merged = three_way_merge(
      deployment(), yaml("{spec: {template: {spec: {containers: [{name: a, image: x}, {name: gone}]}}}}"),
      yaml("{spec: {template: {spec: {containers: [{name: a, image: z}]}}}}"),
      yaml("{spec: {template: {spec: {containers: [{name: gone}, {name: added}, {name: a, image: x, tty: true}]}}}}"));
  EXPECT_EQ(merged, yaml("{spec: {template: {spec: {containers: [{name: a, image: z, tty: true}, {name: added}]}}}}"));
}

TEST(ThreeWayMerge, ListsOfIstioKindsAreReplaced) {
  EXPECT_EQ(three_way_merge(virtual_service(), yaml("{spec: {http: [{name: a}]}}"), yaml("{spec: {http: [{name: b}]}}"),
                            yaml("{spec: {http: [{name: a}, {name: c}]}}")),
            yaml("{spec: {http: [{name: b}]}}"));
}

}  // namespace
}  // namespace weft::control
