#include "control/apiserver/presentation.h"

#include <gtest/gtest.h>

#include "control/store/object_json.h"

namespace weft::control {
namespace {

using api::Json;

constexpr const char* kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

ObjectPtr pod(const std::string& name, uint64_t revision) {
  const Json body{{"apiVersion", "v1"},
                  {"kind", "Pod"},
                  {"metadata", {{"name", name}, {"namespace", "shop"}, {"creationTimestamp", "2001-09-09T01:46:40Z"}}},
                  {"spec", {{"nodeName", "here"}, {"containers", {{{"name", "a"}}}}}},
                  {"status", {{"phase", "Running"}}}};
  return std::make_shared<const Object>(Object{{"/pods", "shop", name}, Revision(revision), encode(body)});
}

class PresentationTest : public testing::Test {
 protected:
  Presentation presentation(const char* accept, const char* query = "") {
    call_.head.headers.add("accept", accept);
    call_.query = Query::parse(query).value();
    return {*api::find_kind("v1", "Pod"), "v1", call_, clock_};
  }

  ManualClock clock_;
  Call call_;
};

TEST_F(PresentationTest, AListIsWhatItsObjectsAreWithTheRevisionTheyAreOf) {
  const Json list = Json::parse(presentation("application/json").list({pod("a", 3), pod("b", 5)}, Revision(9)));
  EXPECT_EQ(list["kind"], "PodList");
  EXPECT_EQ(list["apiVersion"], "v1");
  EXPECT_EQ(list["metadata"]["resourceVersion"], "9");
  ASSERT_EQ(list["items"].size(), 2u);
  EXPECT_EQ(list["items"][1]["metadata"]["name"], "b");
  EXPECT_EQ(list["items"][1]["metadata"]["resourceVersion"], "5");
}

TEST_F(PresentationTest, AnEmptyListIsAList) {
  EXPECT_EQ(Json::parse(presentation("*/*").list({}, Revision(1)))["items"], Json::array());
}

TEST_F(PresentationTest, ATableHasTheKindsColumnsAndARowForEachObject) {
  const Json table = Json::parse(presentation(kTable).list({pod("a", 3)}, Revision(9)));
  EXPECT_EQ(table["kind"], "Table");
  EXPECT_EQ(table["metadata"]["resourceVersion"], "9");
  std::vector<std::string> names, wide;
  for (const Json& column : table["columnDefinitions"]) {
    names.push_back(column["name"]);
    if (column["priority"] != 0) wide.push_back(column["name"]);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Name", "Ready", "Status", "Restarts", "Ip", "Node", "Age"}));
  EXPECT_EQ(wide, (std::vector<std::string>{"Ip", "Node"}));
  ASSERT_EQ(table["rows"].size(), 1u);
  EXPECT_EQ(table["rows"][0]["cells"].size(), names.size());
  EXPECT_EQ(table["rows"][0]["cells"][2], "Running");
}

TEST_F(PresentationTest, ATableIsOnlyForThoseWhoWantItFirst) {
  const Json one = Json::parse(presentation("application/json,application/json;as=Table").one(*pod("a", 3)));
  EXPECT_EQ(one["kind"], "Pod");
}

TEST_F(PresentationTest, ARowCarriesAsMuchOfTheObjectAsIsAskedFor) {
  const auto row = [&](const char* query) {
    call_ = {};
    return Json::parse(presentation(kTable, query).one(*pod("a", 3)))["rows"][0];
  };
  EXPECT_EQ(row("")["object"]["kind"], "PartialObjectMetadata");
  EXPECT_EQ(row("")["object"]["metadata"]["name"], "a");
  EXPECT_FALSE(row("")["object"].contains("spec"));
  EXPECT_EQ(row("includeObject=Object")["object"]["spec"]["nodeName"], "here");
  EXPECT_EQ(row("includeObject=Metadata")["object"]["kind"], "PartialObjectMetadata");
  EXPECT_FALSE(row("includeObject=None").contains("object"));
}

TEST_F(PresentationTest, AnOlderVersionIsNamedAsItWasAskedFor) {
  const auto& kind = *api::find_kind("networking.istio.io/v1", "Gateway");
  const Json body{{"apiVersion", "networking.istio.io/v1"}, {"kind", "Gateway"}, {"metadata", {{"name", "g"}}}};
  const Object gateway{{"networking.istio.io/gateways", "shop", "g"}, Revision(2), encode(body)};
  const Presentation old(kind, "v1beta1", call_, clock_);
  EXPECT_EQ(Json::parse(old.plain(gateway))["apiVersion"], "networking.istio.io/v1beta1");
  EXPECT_EQ(Json::parse(old.list({}, Revision(2)))["apiVersion"], "networking.istio.io/v1beta1");
}

}  // namespace
}  // namespace weft::control
