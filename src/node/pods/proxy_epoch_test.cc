#include "node/pods/proxy_epoch.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(ProxyEpoch, is_of_one_that_serves) {
  EXPECT_EQ(serving_epoch(R"({"state":"LIVE","command_line_options":{"restart_epoch":3,"xds":"unix:x"}})"), 3u);
  EXPECT_EQ(serving_epoch(R"({"state":"INITIALIZING","command_line_options":{"restart_epoch":3}})"), std::nullopt);
  EXPECT_EQ(serving_epoch(R"({"state":"DRAINING","command_line_options":{"restart_epoch":3}})"), std::nullopt);
}

TEST(ProxyEpoch, is_unknown_where_the_answer_is_something_else) {
  for (const auto* text :
       {"", "{", "[]", "{}", R"({"state":1})", R"({"state":"LIVE"})", R"({"state":"LIVE","command_line_options":[]})",
        R"({"state":"LIVE","command_line_options":{"restart_epoch":-1}})",
        R"({"state":"LIVE","command_line_options":{"restart_epoch":"3"}})"}) {
    EXPECT_EQ(serving_epoch(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace weft::node
