#include "node/processes/last_line.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(LastLine, is_the_last_one_that_says_something_however_it_comes) {
  LastLine last;
  EXPECT_EQ(last.text(), "");
  last.append("one\ntw");
  EXPECT_EQ(last.text(), "tw");
  last.append("o\n");
  EXPECT_EQ(last.text(), "two");
  last.append("\n\n");
  EXPECT_EQ(last.text(), "two");
  last.append("three\nfour\n");
  EXPECT_EQ(last.text(), "four");
}

TEST(LastLine, keeps_the_beginning_of_one_that_is_too_long) {
  LastLine last;
  for (int i = 0; i < 3; ++i) last.append(std::string(LastLine::kBytesMax - 1, 'a'));
  EXPECT_EQ(last.text(), std::string(LastLine::kBytesMax, 'a'));
  last.append("b\nnext");
  EXPECT_EQ(last.text(), "next");
}

TEST(LastLine, is_utf8_also_where_a_character_was_cut) {
  LastLine last;
  last.append("a\xFF\n");
  EXPECT_EQ(last.text(), "a!");
  last.append("\xC3");
  EXPECT_EQ(last.text(), "!");
  last.append("\xA4");
  EXPECT_EQ(last.text(), "\xC3\xA4");
}

}  // namespace
}  // namespace weft::node
