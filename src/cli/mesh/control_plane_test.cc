#include "cli/mesh/control_plane.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(ControlPlane, finds_collections_by_kubernetes_conventions) {
  EXPECT_EQ(collection_path(*api::find_kind_by_word("pods"), "shop"), "/api/v1/namespaces/shop/pods");
  EXPECT_EQ(collection_path(*api::find_kind_by_word("deploy"), ""), "/apis/apps/v1/deployments");
  EXPECT_EQ(collection_path(*api::find_kind_by_word("namespaces"), "ignored"), "/api/v1/namespaces");
}

TEST(ControlPlane, escapes_queries) {
  EXPECT_EQ(escape("app=a,b!=ü"), "app%3Da%2Cb%21%3D%C3%BC");
}

TEST(ControlPlane, turns_statuses_into_exit_codes) {
  EXPECT_EQ(failure_of(422, {}).exit, Exit::invalid);
  EXPECT_EQ(failure_of(403, {}).exit, Exit::not_allowed);
  EXPECT_EQ(failure_of(504, {}).exit, Exit::timed_out);
  EXPECT_EQ(failure_of(404, {}).exit, Exit::failed);
  EXPECT_EQ(failure_of(500, {}).what, "weftd answered with status 500");
}

TEST(ControlPlane, tells_every_cause_of_a_refusal) {
  const api::Json status = {
      {"message", "refused"},
      {"details", {{"causes", {{{"field", "spec.a"}, {"message", "bad"}}, {{"message", "worse"}}}}}}};
  EXPECT_EQ(failure_of(422, status).what, "weftd refused the input; nothing was changed");
  EXPECT_EQ(failure_of(409, status).what, "refused");
  EXPECT_EQ(failure_of(422, status).details, "  spec.a: bad\n  worse\n");
}

TEST(ControlPlane, is_unreachable_where_nobody_listens) {
  const SystemClock clock;
  const ControlPlane weftd({.root = "/nonexistent/weft", .is_default = false}, clock);
  const auto answer = weftd.get("/version");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().exit, Exit::unreachable);
  EXPECT_EQ(answer.error().hint, "weft up --state /nonexistent/weft");
}

}  // namespace
}  // namespace weft::cli
