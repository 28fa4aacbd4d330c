#include "http/h2/hpack/integer.h"

#include <string>

#include <gtest/gtest.h>

#include "http/h2/hpack/vectors_test.h"

namespace weft::http::h2::hpack {
namespace {

std::string written(uint8_t flags, int prefix, uint32_t value) {
  char room[kIntegerBytesMax];
  return std::string(room, write_integer(room, flags, prefix, value));
}

struct Read {
  bool is_good;
  uint32_t value;
  size_t size;
};
Read read(int prefix, const std::string& bytes) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* at = begin;
  uint32_t value = 0;
  const bool is_good = read_integer(at, begin + bytes.size(), prefix, value);
  return {is_good, value, static_cast<size_t>(at - begin)};
}

TEST(Integer, IsWrittenAsInTheExamplesOfTheRfc) {
  EXPECT_EQ(written(0, 5, 10), from_hex("0a"));
  EXPECT_EQ(written(0, 5, 1337), from_hex("1f9a 0a"));
  EXPECT_EQ(written(0, 8, 42), from_hex("2a"));
  EXPECT_EQ(written(0x80, 7, 2), from_hex("82"));
}

TEST(Integer, IsReadAsItWasWritten) {
  for (const int prefix : {4, 5, 6, 7}) {
    for (const uint32_t value : {0u, 14u, 15u, 16u, 30u, 31u, 62u, 63u, 126u, 127u, 128u, 255u, 16'384u, kIntegerMax}) {
      const std::string bytes = written(0, prefix, value);
      const Read result = read(prefix, bytes);
      EXPECT_TRUE(result.is_good);
      EXPECT_EQ(result.value, value);
      EXPECT_EQ(result.size, bytes.size());
    }
  }
}

TEST(Integer, ThatDoesNotEndOrPassesTheMaximumIsRefused) {
  EXPECT_FALSE(read(5, from_hex("")).is_good);
  EXPECT_FALSE(read(5, from_hex("1f")).is_good);
  EXPECT_FALSE(read(5, from_hex("1f80")).is_good);
  EXPECT_FALSE(read(5, written(0, 5, kIntegerMax + 1)).is_good);
  EXPECT_FALSE(read(5, from_hex("1fff ffff ff7f")).is_good);
  EXPECT_FALSE(read(5, from_hex("1f80 8080 8080 8000")).is_good);
}

}  // namespace
}  // namespace weft::http::h2::hpack
