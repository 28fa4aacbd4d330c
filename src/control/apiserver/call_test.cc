#include "control/apiserver/call.h"

#include <gtest/gtest.h>

#include "control/apiserver/selector.h"
#include "control/apiserver/target.h"
#include "control/apiserver/warning_header.h"

namespace weft::control {
namespace {

Reply<Call> call_of(const std::string& target) {
  http::RequestHead head;
  head.path = target;
  return read_target(head);
}

std::optional<Target> target_of(const std::string& path) {
  return read_resource_path(call_of(path)->path);
}

TEST(Call, DecodesPathAndQuery) {
  const auto call = call_of("/api/v1//pods/a%20b?labelSelector=app%3Dweb,x+in+(y)&watch=1&empty");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->path, (std::vector<std::string>{"api", "v1", "pods", "a b"}));
  EXPECT_EQ(call->query.get("labelSelector"), "app=web,x in (y)");
  EXPECT_TRUE(call->query.is_true("watch"));
  EXPECT_TRUE(call->query.has("empty"));
  EXPECT_FALSE(call->query.has("missing"));
}

TEST(Call, RefusesBrokenEscapesAndUnknownModes) {
  EXPECT_EQ(call_of("/api/%2").error().code, 400);
  EXPECT_EQ(call_of("/api?x=%zz").error().code, 400);
  EXPECT_EQ(call_of("/api?dryRun=Some").error().code, 400);
  EXPECT_EQ(call_of("/api?fieldValidation=Maybe")->strictness().error().code, 400);
}

// One such byte in an answer's JSON would end weftd.
TEST(Call, TakesNoTextThatIsNoUtf8) {
  for (const char* target : {"/api/v1/namespaces/shop/pods/%ff", "/api/v1/pods/a%C3", "/api/v1/pods/\xFF",
                             "/api/v1/pods?labelSelector=%ED%A0%80", "/api/v1/pods?%FF=1", "/api/v1/pods?dryRun=%ff"}) {
    const auto call = call_of(target);
    ASSERT_FALSE(call) << target;
    EXPECT_EQ(call.error().code, 400) << target;
    EXPECT_EQ(answer_with(call.error()).code, 400) << target;
  }
  EXPECT_TRUE(call_of("/api/v1/pods/%C3%A4"));
  EXPECT_NE(answer_with(bad_request("a\xFFz")).body.find("a\xEF\xBF\xBDz"), std::string::npos);
}

TEST(Target, ReadsObjectsCollectionsAndSubresources) {
  const auto pod = target_of("/api/v1/namespaces/shop/pods/web/status");
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->key(), (Key{"/pods", "shop", "web"}));
  EXPECT_EQ(pod->subresource, "status");
  const auto all = target_of("/apis/networking.istio.io/v1beta1/virtualservices");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->is_collection());
  EXPECT_EQ(all->version, "v1beta1");
  EXPECT_EQ(target_of("/api/v1/namespaces/shop")->key(), (Key{"/namespaces", "", "shop"}));
  EXPECT_EQ(target_of("/api/v1/namespaces/shop/status")->subresource, "status");
  EXPECT_EQ(target_of("/api/v1/namespaces/shop/pods")->space, "shop");
}

TEST(Target, KnowsNothingElse) {
  for (const char* path : {"/api", "/api/v1", "/api/v1/nonsense", "/api/v2/pods", "/apis/apps/v1/pods",
                           "/api/v1/pods/web", "/api/v1/namespaces/a/namespaces/b", "/apis/apps/v1/namespaces/x",
                           "/api/v1/namespaces/a/pods/b/status/more", "/"})
    EXPECT_FALSE(target_of(path)) << path;
}

Selector selector_of(const std::string& query) {
  return *Selector::of(*Query::parse(query));
}

TEST(Selector, TestsLabels) {
  const api::Json body = api::Json::parse(R"({"metadata":{"labels":{"app":"web","tier":"front"}}})");
  const std::pair<const char*, bool> cases[] = {
      {"app=web", true},
      {"app==web", true},
      {"app!=web", false},
      {"app", true},
      {"!app", false},
      {"!missing", true},
      {"app in (api, web)", true},
      {"app notin (web)", false},
      {"missing notin (x)", true},
      {"missing!=x", true},
      {"app=web,tier=front", true},
      {"app=web,tier=back", false},
      {"missing=", false},
      {"app in (a),app", false},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(selector_of(std::string("labelSelector=") + text).selects(body), expected) << text;
}

TEST(Selector, TestsFieldsByKeyAndByText) {
  const Object object{
      {"/pods", "shop", "web"}, Revision(1), R"({"metadata":{"name":"web"},"status":{"phase":"Running"}})"};
  const std::pair<const char*, bool> cases[] = {
      {"metadata.name=web", true},
      {"metadata.name=other", false},
      {"metadata.name!=web", false},
      {"metadata.namespace=shop", true},
      {"status.phase=Running", true},
      {"status.phase!=Running", false},
      {"metadata.name=web,status.phase=Failed", false},
      {"spec.nodeName=", true},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(selector_of(std::string("fieldSelector=") + text).selects(object), expected) << text;
}

TEST(Selector, RefusesWhatDoesNotParse) {
  for (const char* query : {"labelSelector=a in b", "labelSelector=(x)", "labelSelector==x", "fieldSelector=name",
                            "fieldSelector=metadata.uid=1"})
    EXPECT_FALSE(Selector::of(*Query::parse(query))) << query;
}

TEST(WarningHeader, CarriesNoControlCharacters) {
  EXPECT_EQ(warning_header("a \"b\" \\ c\nd"), "299 - \"a \\\"b\\\" \\\\ c d\"");
}

}  // namespace
}  // namespace weft::control
