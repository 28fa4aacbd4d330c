#include "base/utf8.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(Utf8, TextStaysAsItIs) {
  EXPECT_EQ(as_utf8(""), "");
  EXPECT_EQ(as_utf8("a\x7f\t"), "a\x7f\t");
  EXPECT_EQ(as_utf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"), "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST(Utf8, IsToldFromWhatIsNone) {
  for (const char* text : {"", "a", "\x7f", "\xC3\xA4", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* bytes : {"\x80", "a\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(bytes)) << as_utf8(bytes);
}

TEST(Utf8, WhatIsNoCharacterIsMarkedByteByByte) {
  EXPECT_EQ(as_utf8("a\x80"
                    "b"),
            "a!b");
  EXPECT_EQ(as_utf8("\xC3"), "!");                 // cut off
  EXPECT_EQ(as_utf8("\xC3("), "!(");               // no continuation
  EXPECT_EQ(as_utf8("\xC0\xAF"), "!!");            // overlong
  EXPECT_EQ(as_utf8("\xE0\x80\xAF"), "!!!");       // overlong
  EXPECT_EQ(as_utf8("\xED\xA0\x80"), "!!!");       // a surrogate
  EXPECT_EQ(as_utf8("\xF4\x90\x80\x80"), "!!!!");  // beyond U+10FFFF
  EXPECT_EQ(as_utf8("\xFF\xFE"), "!!");
}

}  // namespace
}  // namespace weft
