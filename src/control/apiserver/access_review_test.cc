#include "control/apiserver/access_review.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

Json review(const std::string& what, Role caller, const Json& spec) {
  const std::string group = what == "selfsubjectreviews" ? "authentication.k8s.io" : "authorization.k8s.io";
  Call call;
  call.path = {"apis", group, "v1", what};
  EXPECT_TRUE(is_access_review(call.path));
  call.head.method = "POST";
  call.caller = caller;
  call.body = Json{{"spec", spec}}.dump();
  return Json::parse(review_access(call).value().body)["status"];
}

bool may(Role caller, const std::string& verb, const std::string& group, const std::string& resource,
         const Json& more = Json::object()) {
  Json attributes{{"verb", verb}, {"group", group}, {"resource", resource}, {"namespace", "shop"}};
  attributes.update(more);
  return review("selfsubjectaccessreviews", caller, {{"resourceAttributes", attributes}})["allowed"];
}

TEST(AccessReview, SaysWhatTheRolesLeave) {
  EXPECT_TRUE(may(Role::viewer, "list", "", "pods"));
  EXPECT_FALSE(may(Role::viewer, "delete", "", "pods"));
  EXPECT_TRUE(may(Role::editor, "delete", "", "pods"));
  EXPECT_FALSE(may(Role::viewer, "get", "", "secrets"));
  EXPECT_TRUE(may(Role::editor, "patch", "networking.istio.io", "virtualservices"));
  EXPECT_FALSE(may(Role::editor, "patch", "networking.istio.io", "virtualservices", {{"namespace", "istio-system"}}));
  EXPECT_FALSE(may(Role::viewer, "get", "", "pods", {{"subresource", "exec"}, {"name", "a"}}));
  EXPECT_TRUE(may(Role::viewer, "get", "", "pods", {{"subresource", "log"}, {"name", "a"}}));
}

TEST(AccessReview, LeavesWhatIsNotKnownToTheAdmin) {
  for (const auto& [verb, resource] : {std::pair{"*", "*"}, {"get", "nodes"}, {"impersonate", "pods"}}) {
    EXPECT_FALSE(may(Role::editor, verb, "", resource)) << verb << resource;
    EXPECT_TRUE(may(Role::admin, verb, "", resource)) << verb << resource;
  }
  EXPECT_FALSE(review("selfsubjectaccessreviews", Role::editor, Json::object())["allowed"]);
}

TEST(AccessReview, ListsTheVerbsOfEachKind) {
  const Json rules = review("selfsubjectrulesreviews", Role::viewer, {{"namespace", "shop"}})["resourceRules"];
  for (const Json& rule : rules) {
    EXPECT_NE(rule["resources"][0], "secrets");
    EXPECT_EQ(rule["verbs"], Json({"get", "list", "watch"})) << rule;
  }
  EXPECT_GT(rules.size(), 10u);
}

TEST(AccessReview, NamesTheCallersRole) {
  EXPECT_EQ(review("selfsubjectreviews", Role::editor, Json::object())["userInfo"]["groups"][0], "weft:editor");
}

}  // namespace
}  // namespace weft::control
