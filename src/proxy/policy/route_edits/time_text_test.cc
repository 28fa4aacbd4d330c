#include "proxy/policy/route_edits/time_text.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

// 2026-01-02T03:04:05.006007008Z
const WallTime kMoment{std::chrono::seconds(1'767'323'045) + std::chrono::nanoseconds(6'007'008)};

TEST(TimeText, is_of_the_access_log_where_no_format_is_given) {
  EXPECT_EQ(time_text(kMoment, ""), "2026-01-02T03:04:05.006Z");
}

TEST(TimeText, takes_the_formats_of_strftime_and_fractions_of_the_second) {
  EXPECT_EQ(time_text(kMoment, "%s.%3f"), "1767323045.006");
  EXPECT_EQ(time_text(kMoment, "%f|%1f|%6f|%9f"), "006007008|0|006007|006007008");
  EXPECT_EQ(time_text(kMoment, "%Y/%m/%dT%H:%M:%S%z"), "2026/01/02T03:04:05+0000");
  EXPECT_EQ(time_text(kMoment, "%E6S"), "05.006007");
}

TEST(TimeText, a_doubled_percent_sign_is_one) {
  EXPECT_EQ(time_text(kMoment, "%%s"), "%s");
}

TEST(TimeText, is_empty_where_it_would_be_too_long) {
  EXPECT_EQ(time_text(kMoment, std::string(512, 'x')), "");
}

}  // namespace
}  // namespace weft::proxy
