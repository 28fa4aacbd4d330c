#include "node/exec/exec_request.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(ExecRequest, comes_back_as_it_was_sent) {
  const ExecRequest request{
      .namespace_name = "shop", .pod = "", .container = "side", .service_account = "robot", .has_sidecar = false};
  EXPECT_EQ(parse_exec_request(to_text(request)).value(), request);
  const ExecSurroundings surroundings{.environment = {"A=1", "B=", "C=\xff\xfe"}, .working_dir = "/srv"};
  EXPECT_EQ(parse_exec_surroundings(to_text(surroundings)).value(), surroundings);
}

TEST(ExecRequest, is_refused_when_a_part_is_missing) {
  for (const char* text : {"", "[]", "{}", R"({"namespace":"n","pod":"p","serviceAccount":"s"})"}) {
    EXPECT_FALSE(parse_exec_request(text)) << text;
  }
}

TEST(ExecRequest, is_refused_when_a_part_is_of_another_type) {
  const auto good = api::Json::parse(to_text(ExecRequest{.namespace_name = "n", .pod = "p", .service_account = "s"}));
  ASSERT_TRUE(parse_exec_request(good.dump()));
  for (const auto& [name, value] : good.items()) {
    for (const api::Json& other : {api::Json(), api::Json(7), api::Json::array(), api::Json::object()}) {
      auto odd = good;
      odd[name] = other;
      const auto refused = parse_exec_request(odd.dump());
      ASSERT_FALSE(refused) << odd;
      EXPECT_EQ(refused.error().detail, "not a request to execute");
    }
  }
}

TEST(ExecSurroundings, are_refused_when_they_are_something_else) {
  for (const char* text : {"[]", "{}", R"({"environment":[]})", R"({"environment":{},"workingDir":"/"})",
                           R"({"environment":[],"workingDir":7})"}) {
    const auto refused = parse_exec_surroundings(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().detail, "not a pod's surroundings");
  }
  EXPECT_EQ(parse_exec_surroundings(R"({"environment":["QT0x",7,null,"?"],"workingDir":"Lw=="})")->environment,
            std::vector<std::string>{"A=1"});
}

TEST(ExecRequest, that_names_what_is_no_text_asks_for_nobody) {
  const auto sent = parse_exec_request(to_text(ExecRequest{.namespace_name = "n", .pod = "a\xff"}));
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->pod, "a\xef\xbf\xbd");
}

TEST(ExecPod, has_the_account_and_the_word_on_its_sidecar) {
  const auto pod =
      exec_pod({.namespace_name = "shop", .service_account = "robot", .has_sidecar = false}, "weft-exec-1");
  EXPECT_EQ(pod["metadata"]["labels"]["sidecar.istio.io/inject"], "false");
  EXPECT_EQ(pod["metadata"]["annotations"]["weft.dev/exec"], "true");
  EXPECT_EQ(pod["spec"]["serviceAccountName"], "robot");
}

}  // namespace
}  // namespace weft::node
