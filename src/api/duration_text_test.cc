#include "api/duration_text.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ParseDuration, TakesProtobufsAndGosSpellings) {
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("100ms"), milliseconds(100));
  EXPECT_EQ(parse_duration("0"), Duration(0));
  EXPECT_EQ(parse_duration("0s"), Duration(0));
  EXPECT_EQ(parse_duration("-2s"), seconds(-2));
  EXPECT_EQ(parse_duration("3\u00b5s"), Duration(3000));
  EXPECT_EQ(parse_duration(".5s"), milliseconds(500));
}

TEST(ParseDuration, RefusesTheRest) {
  for (const std::string_view text :
       {"", "5", "s", "5 s", "5sec", "1.2.3s", "1e3s", "5s ", "-", ".s", "99999999999h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(PrintDuration, WritesSecondsAsShortAsPossible) {
  EXPECT_EQ(print_duration(milliseconds(1500)), "1.5s");
  EXPECT_EQ(print_duration(seconds(3600)), "3600s");
  EXPECT_EQ(print_duration(milliseconds(-1)), "-0.001s");
  EXPECT_EQ(print_duration(Duration(0)), "0s");
}

}  // namespace
}  // namespace weft::api
