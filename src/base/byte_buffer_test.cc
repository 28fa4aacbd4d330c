#include "base/byte_buffer.h"

#include <string>

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(ByteBuffer, KeepsOrderAcrossGrowthAndConsumption) {
  ByteBuffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece = std::to_string(i) + ",";
    buffer.append(piece);
    expected += piece;
    if (i % 3 == 0) {
      buffer.consume(2);
      expected.erase(0, 2);
    }
  }
  EXPECT_EQ(buffer.readable(), expected);
}

TEST(ByteBuffer, ReusesConsumedRoomBeforeGrowing) {
  ByteBuffer buffer;
  const size_t room = buffer.reserve(64).size();
  buffer.commit(room);
  buffer.consume(room - 1);
  EXPECT_EQ(buffer.reserve(room - 1).size(), room - 1);
}

TEST(ByteBuffer, GivesMemoryBackWhenAsked) {
  ByteBuffer buffer;
  buffer.append("x");
  buffer.consume(1);
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  buffer.append("again");
  EXPECT_EQ(buffer.readable(), "again");
}

}  // namespace
}  // namespace weft
