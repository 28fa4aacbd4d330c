#include "cli/text/table.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(Table, aligns_columns_and_ends_lines_without_spaces) {
  EXPECT_EQ(render({{"NAME", "AGE"}, {{"a", "5m"}, {"longer", ""}}}),
            "NAME     AGE\n"
            "a        5m\n"
            "longer   <none>\n");
}

TEST(Table, counts_characters_not_bytes) {
  EXPECT_EQ(render({{"A", "B"}, {{"é", "1"}, {"ab", "2"}}}),
            "A    B\n"
            "é    1\n"
            "ab   2\n");
}

TEST(Table, keeps_later_rows_aligned_with_earlier_ones) {
  std::vector<size_t> widths;
  EXPECT_EQ(render_rows({{}, {{"longer", "1"}}}, widths), "longer   1\n");
  EXPECT_EQ(render_rows({{}, {{"a", "2"}}}, widths), "a        2\n");
}

}  // namespace
}  // namespace weft::cli
