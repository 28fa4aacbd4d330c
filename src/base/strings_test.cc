#include "base/strings.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(Strings, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Strings, TrimRemovesSpaceAtBothEndsOnly) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(Strings, UnsignedRefusesSignsSpacesAndOverflow) {
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
  for (const auto* bad : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"})
    EXPECT_FALSE(parse_unsigned(bad)) << bad;
}

TEST(Strings, NearestFindsTranspositionsAndRefusesStrangers) {
  const std::vector<std::string_view> words{"weight", "headers", "destination"};
  EXPECT_EQ(nearest("wieght", words), "weight");
  EXPECT_EQ(nearest("Headers", words), "headers");
  EXPECT_FALSE(nearest("mirror", words));
}

TEST(Strings, CaseIsIgnoredInAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("Content-Length", "content-length"));
  EXPECT_FALSE(equal_ignoring_case("abc", "abd"));
  EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4"));
}

}  // namespace
}  // namespace weft
