#include "base/hex.h"

#include <string_view>

#include <gtest/gtest.h>

namespace weft {
namespace {

std::string text_of(uint32_t number) {
  const auto digits = hex_digits(number);
  return {digits.data(), digits.size()};
}

TEST(Hex, the_digits_of_a_number_stand_highest_first) {
  EXPECT_EQ(text_of(0), "00000000");
  EXPECT_EQ(text_of(0x01234567), "01234567");
  EXPECT_EQ(text_of(0x89abcdef), "89abcdef");
  EXPECT_EQ(text_of(0x9a9a9a9a), "9a9a9a9a");
  EXPECT_EQ(text_of(UINT32_MAX), "ffffffff");
}

TEST(Hex, every_digit_at_every_place) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (size_t place = 0; place < 8; ++place) {
    for (uint32_t digit = 0; digit < 16; ++digit) {
      std::string expected = "00000000";
      expected[place] = kDigits[digit];
      EXPECT_EQ(text_of(digit << (28 - 4 * place)), expected);
    }
  }
}

TEST(Hex, bytes_have_two_digits_each) {
  const unsigned char bytes[] = {0, 0x0f, 0xf0, 0xa5, 0xff};
  EXPECT_EQ(to_hex(bytes), "000ff0a5ff");
  EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace weft
