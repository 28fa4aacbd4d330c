#include "cli/text/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Description, OfASecretSaysHowLongItsValuesAre) {
  const api::Json secret{{"metadata", {{"name", "web"}, {"namespace", "shop"}}},
                         {"type", "Opaque"},
                         {"data", {{"password", "aHVudGVyMg=="}, {"user", "YWRtaW4="}}}};
  const auto text = describe_object(*api::find_kind("v1", "Secret"), secret, {}, WallTime{});
  EXPECT_THAT(text, HasSubstr("data:\n  password: 7 bytes\n  user: 5 bytes\n"));
  EXPECT_THAT(text, Not(HasSubstr("aHVudGVyMg")));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(Description, OfAConfigMapShowsIt) {
  const api::Json map{{"metadata", {{"name", "web"}, {"namespace", "shop"}}}, {"data", {{"color", "blue"}}}};
  EXPECT_THAT(describe_object(*api::find_kind("v1", "ConfigMap"), map, {}, WallTime{}), HasSubstr("color: blue"));
}

}  // namespace
}  // namespace weft::cli
