#include "websocket/frame_reader.h"

#include <gtest/gtest.h>

#include "websocket/frames.h"

namespace weft::websocket {
namespace {

// As a client sends it, masked.
std::string masked(uint8_t first, const std::string& data) {
  std::string bytes(1, static_cast<char>(first));
  if (data.size() < 126) {
    bytes += static_cast<char>(0x80 | data.size());
  } else {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(data.size() >> 8);
    bytes += static_cast<char>(data.size());
  }
  const std::string mask = "\x01\x80\x7f\x55";
  bytes += mask;
  for (size_t i = 0; i < data.size(); ++i) bytes += static_cast<char>(data[i] ^ mask[i % 4]);
  return bytes;
}

TEST(WebSocketFrameReader, ReadsMessagesWhateverPiecesTheyComeIn) {
  FrameReader reader;
  const std::string bytes = masked(0x82, std::string(300, 'x'));
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    reader.append(bytes.substr(i, 1));
    ASSERT_FALSE(reader.next().value());
  }
  reader.append(bytes.substr(bytes.size() - 1));
  const auto frame = reader.next().value();
  EXPECT_EQ(frame->what, Frame::What::data);
  EXPECT_TRUE(frame->begins_message);
  EXPECT_EQ(frame->data, std::string(300, 'x'));
}

TEST(WebSocketFrameReader, ReadsFragmentsWithControlFramesBetweenThem) {
  FrameReader reader;
  reader.append(masked(0x02, "ab") + masked(0x89, "hi") + masked(0x8a, "") + masked(0x80, "c") + masked(0x81, "d"));
  EXPECT_TRUE(reader.next().value()->begins_message);
  const auto ping = reader.next().value();
  EXPECT_EQ(ping->what, Frame::What::ping);
  EXPECT_EQ(ping->data, "hi");
  const auto rest = reader.next().value();
  EXPECT_FALSE(rest->begins_message);
  EXPECT_EQ(rest->data, "c");
  EXPECT_TRUE(reader.next().value()->begins_message);
  EXPECT_FALSE(reader.next().value());
}

TEST(WebSocketFrameReader, RefusesWhatRfc6455Forbids) {
  const std::string huge("\x82\xff\x00\x00\x00\x00\x7f\xff\xff\xff\x01\x02\x03\x04", 14);
  for (const std::string& bytes :
       {binary_frame("not masked"), masked(0xc2, "reserved"), masked(0x80, "nothing to go on with"),
        masked(0x02, "a") + masked(0x82, "another"), masked(0x09, "a ping in parts"),
        masked(0x89, std::string(126, 'p')), masked(0x83, "unknown"), masked(0x8b, "unknown"), huge}) {
    FrameReader reader;
    reader.append(bytes);
    auto frame = reader.next();
    if (frame && *frame) frame = reader.next();
    EXPECT_FALSE(frame) << testing::PrintToString(bytes);
  }
}

TEST(WebSocketFrames, AreOfTheShortestForm) {
  EXPECT_EQ(binary_frame("abc"),
            "\x82\x03"
            "abc");
  EXPECT_EQ(binary_frame(std::string(200, 'x')).substr(0, 4), std::string("\x82\x7e\x00\xc8", 4));
  EXPECT_EQ(binary_frame(std::string(70'000, 'x')).substr(0, 10), std::string("\x82\x7f\0\0\0\0\0\x01\x11\x70", 10));
  EXPECT_EQ(close_frame(), std::string("\x88\x02\x03\xe8", 4));
}

}  // namespace
}  // namespace weft::websocket
