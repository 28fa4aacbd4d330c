#include "grpc/message_framing.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weft::grpc {
namespace {

void feed(MessageReader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto room = reader.room();
    const size_t size = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
  }
}

std::string framed(std::string_view message) {
  const auto prefix = message_prefix(message.size());
  return std::string(prefix.data(), prefix.size()).append(message);
}

TEST(GrpcFraming, PutsTheLengthInNetworkOrder) {
  const auto prefix = message_prefix(0x01020304);
  EXPECT_EQ(std::string_view(prefix.data(), prefix.size()), std::string_view("\0\1\2\3\4", 5));
}

TEST(GrpcFraming, CutsMessagesFromBytesThatComeOneByOne) {
  MessageReader reader(100);
  std::vector<std::string> found;
  for (const char byte : framed("one") + framed("") + framed("three")) {
    feed(reader, {&byte, 1});
    for (auto message = reader.next(); message && *message; message = reader.next()) found.emplace_back(**message);
  }
  EXPECT_EQ(found, (std::vector<std::string>{"one", "", "three"}));
  EXPECT_FALSE(reader.is_within_message());
}

TEST(GrpcFraming, GivesSeveralMessagesThatCameAtOnce) {
  MessageReader reader(100);
  feed(reader, framed("a") + framed("b"));
  EXPECT_EQ(reader.next().value(), "a");
  EXPECT_EQ(reader.next().value(), "b");
  EXPECT_EQ(reader.next().value(), std::nullopt);
}

TEST(GrpcFraming, RefusesALongMessageFromItsPrefixAlone) {
  MessageReader reader(10);
  feed(reader, std::string_view("\0\0\0\0\x0b", 5));
  EXPECT_EQ(reader.next().error().reason, Reason::too_large);
}

TEST(GrpcFraming, TakesAMessageOfExactlyTheLimit) {
  MessageReader reader(10);
  feed(reader, framed("0123456789"));
  EXPECT_EQ(reader.next().value(), "0123456789");
}

TEST(GrpcFraming, RefusesCompressedMessages) {
  MessageReader reader(10);
  feed(reader, std::string_view("\1\0\0\0\1x", 6));
  EXPECT_EQ(reader.next().error().reason, Reason::unsupported);
}

TEST(GrpcFraming, KnowsThatAMessageIsUnfinished) {
  MessageReader reader(10);
  feed(reader, std::string_view(framed("abc")).substr(0, 7));
  EXPECT_EQ(reader.next().value(), std::nullopt);
  EXPECT_TRUE(reader.is_within_message());
}

TEST(GrpcFraming, ReadsOnAfterAMessageWhoseMemoryWasGivenBack) {
  MessageReader reader(1u << 20);
  const std::string large(1u << 20, 'x');
  feed(reader, framed(large));
  EXPECT_EQ(reader.next().value()->size(), large.size());
  feed(reader, framed("small"));
  EXPECT_EQ(reader.next().value(), "small");
}

}  // namespace
}  // namespace weft::grpc
