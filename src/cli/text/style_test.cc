#include "cli/text/style.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(Style, colours_only_on_a_terminal_that_can) {
  EXPECT_TRUE(choose_style({.is_terminal = true, .term = "xterm"}).colours);
  EXPECT_FALSE(choose_style({.is_terminal = false, .term = "xterm"}).colours);
  EXPECT_FALSE(choose_style({.is_terminal = true, .term = "dumb"}).colours);
}

TEST(Style, no_color_wins_over_the_terminal_and_the_flag_over_both) {
  EXPECT_FALSE(choose_style({.is_terminal = true, .no_color = true, .term = "xterm"}).colours);
  EXPECT_TRUE(choose_style({.is_terminal = true, .no_color = true, .term = "xterm"}).redraws);
  EXPECT_TRUE(choose_style({.no_color = true, .color_flag = "always"}).colours);
  EXPECT_FALSE(choose_style({.is_terminal = true, .term = "xterm", .color_flag = "never"}).colours);
}

TEST(Style, measures_text_without_its_colours) {
  const Style style{.colours = true};
  EXPECT_EQ(columns_of(style.paint(Tone::good, "✔ ok")), 4U);
  EXPECT_EQ(padded(style.paint(Tone::bad, "ab"), 4), "\x1b[31mab\x1b[0m  ");
}

TEST(Style, cuts_text_at_a_character) {
  EXPECT_EQ(shortened("abcdef", 4), "abc…");
  EXPECT_EQ(shortened("ééé", 3), "ééé");
}

}  // namespace
}  // namespace weft::cli
