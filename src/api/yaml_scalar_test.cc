#include "api/yaml_scalar.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

TEST(TypePlainScalar, FollowsYaml11WithGosNumbers) {
  struct Case {
    std::string_view written;
    Node::Kind kind;
    std::string_view text;
  };
  using enum Node::Kind;
  const Case cases[] = {
      {"", null, ""},
      {"~", null, ""},
      {"null", null, ""},
      {"nULL", string, "nULL"},
      {"true", boolean, "true"},
      {"Yes", boolean, "true"},
      {"off", boolean, "false"},
      {"n", boolean, "false"},
      {"yES", string, "yES"},
      {"12", integer, "12"},
      {"-7", integer, "-7"},
      {"+7", integer, "7"},
      {"0x1F", integer, "31"},
      {"0777", integer, "511"},
      {"0o17", integer, "15"},
      {"0b101", integer, "5"},
      {"1_000", integer, "1000"},
      {"08", number, "08"},
      {"1.5", number, "1.5"},
      {".5", number, ".5"},
      {"1e3", number, "1e3"},
      {"1.", number, "1."},
      {"v1", string, "v1"},
      {"1.2.3", string, "1.2.3"},
      {"30s", string, "30s"},
      {"-", string, "-"},
      {".inf", string, ".inf"},
      {"2001-12-14", string, "2001-12-14"},
      {"18446744073709551615", integer, "18446744073709551615"},
      {"-9223372036854775808", integer, "-9223372036854775808"},
      {"18446744073709551616", number, "18446744073709551616"},
  };
  for (const Case& each : cases) {
    const PlainScalar typed = type_plain_scalar(each.written);
    EXPECT_EQ(typed.kind, each.kind) << each.written;
    EXPECT_EQ(typed.text, each.text) << each.written;
  }
}

TEST(NeedsQuotes, SparesPlainTextsOnly) {
  for (const std::string_view text :
       {"yes", "1", "", "a: b", "- x", "#", "a #b", "*", " x", "x:", "{", "0x1", "~", "2001-12-14"}) {
    EXPECT_TRUE(needs_quotes(text)) << text;
  }
  for (const std::string_view text : {"nodejs-api", "v1", "a:b", "http://x/y", "30s", "istio-injection", "a#b"}) {
    EXPECT_FALSE(needs_quotes(text)) << text;
  }
}

}  // namespace
}  // namespace weft::api
