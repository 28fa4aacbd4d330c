// What a hostile peer of Framing can make it hold or do: after how much of each it is cut off (the limits of limits.h).
#include <gtest/gtest.h>

#include "http/h2/framing.h"
#include "http/h2/wire_test.h"

namespace weft::http::h2 {
namespace {

// A server of ours under attack, on a clock that stands still.
class Flood : public testing::Test {
 protected:
  Flood() { wire_.greet(Role::server); }

  // How often the bytes were taken before the connection was cut off; at most 50,000 times.
  template <class Make>
  int times(Make bytes) {
    int count = 0;
    while (count < 50'000 && wire_.send(bytes(static_cast<uint32_t>(count)))) ++count;
    return count;
  }
  void expect_calm() { EXPECT_TRUE(wire_.answers().back().ends_with(" 11")); }
  static uint32_t id(uint32_t count) { return 2 * count + 1; }

  Wire wire_{Role::server, {.stream_window = 256 << 10, .connection_window = 1 << 20}};
};

TEST_F(Flood, cuts_off_rapid_resets) {  // CVE-2023-44487
  const auto reset = [](uint32_t n) {
    return Wire::headers(id(n)) + Wire::frame(FrameType::rst_stream, 0, id(n), Wire::number(8));
  };
  EXPECT_EQ(times(reset), 500);
  expect_calm();
}

TEST_F(Flood, cuts_off_who_makes_us_reset) {  // CVE-2025-8671
  const auto provoke = [](uint32_t n) {
    return Wire::headers(id(n), kEndHeaders) +
           Wire::frame(FrameType::window_update, 0, id(n), Wire::number(0x7fffffff));
  };
  EXPECT_EQ(times(provoke), 500);
  expect_calm();
}

TEST_F(Flood, lets_resets_pass_at_a_rate) {
  for (uint32_t n = 0; n < 3000; ++n) {
    wire_.now += std::chrono::milliseconds(31);
    ASSERT_TRUE(wire_.send(Wire::headers(id(n)) + Wire::frame(FrameType::rst_stream, 0, id(n), Wire::number(8))));
  }
}

TEST_F(Flood, cuts_off_endless_sections) {  // CVE-2024-27919
  ASSERT_TRUE(wire_.send(Wire::frame(FrameType::headers, kEndStream, 1, "")));
  EXPECT_EQ(times([](uint32_t) { return Wire::frame(FrameType::continuation, 0, 1, ""); }), 8);
  expect_calm();
}

TEST_F(Flood, cuts_off_frames_that_move_nothing) {  // CVE-2019-9511 to 9518
  const std::string kinds[] = {Wire::frame(FrameType::ping, kAck, 0, "12345678"),
                               Wire::frame(FrameType::settings, kAck, 0, ""),
                               Wire::frame(FrameType::priority, 0, 1, "12345"),
                               Wire::frame(FrameType::window_update, 0, 0, Wire::number(1)),
                               Wire::frame(static_cast<FrameType>(0x99), 0, 0, "x"),
                               Wire::frame(FrameType::goaway, 0, 0, std::string(8, '\0'))};
  for (const std::string& bytes : kinds) {
    Wire wire(Role::server);
    wire.greet(Role::server);
    int count = 0;
    while (count < 50'000 && wire.send(bytes)) ++count;
    EXPECT_LE(count, 1000) << static_cast<int>(bytes[3]);
    EXPECT_GE(count, 990);
  }
}

TEST_F(Flood, cuts_off_empty_data) {
  ASSERT_TRUE(wire_.send(Wire::headers(1, kEndHeaders)));
  EXPECT_LE(times([](uint32_t) { return Wire::frame(FrameType::data, 0, 1, ""); }), 100);
  expect_calm();
}

TEST_F(Flood, cuts_off_who_asks_and_does_not_read_the_answers) {
  EXPECT_LE(times([](uint32_t) { return Wire::frame(FrameType::ping, 0, 0, "12345678"); }), 1000);
  EXPECT_LT(wire_.framing().output().size(), 20'000u);
  expect_calm();
}

TEST_F(Flood, refuses_many_settings_at_once) {
  std::string many;
  for (int i = 0; i < 33; ++i) many += std::string("\0\3\0\0\0\1", 6);
  EXPECT_FALSE(wire_.send(Wire::frame(FrameType::settings, 0, 0, many)));
  expect_calm();
}

TEST_F(Flood, keeps_its_own_table_small_whatever_the_peer_allows) {
  EXPECT_TRUE(wire_.send(Wire::frame(FrameType::settings, 0, 0, std::string("\0\1\xff\xff\xff\xff", 6))));
}

// A field of 4 KiB in the table, then one byte for each time it is referred to (CVE-2016-1544).
TEST_F(Flood, stops_an_hpack_bomb_at_the_limit_and_the_connection_soon_after) {
  const std::string large(4000, 'x');
  std::string insert =
      "\x40\x06"
      "cookie"
      "\x7f\xa1\x1e" +
      large;
  ASSERT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, Wire::get() + insert)));
  const std::string bomb = Wire::get() + std::string(10'000, '\xbe');
  uint32_t next = 3;
  int count = 0;
  while (count < 100 && wire_.send(Wire::headers(next, kEndHeaders | kEndStream, bomb))) {
    next += 2;
    ++count;
  }
  EXPECT_EQ(count, 3);
  for (const auto& stream : wire_.streams) {
    size_t held = 0;
    for (const std::string& event : stream->events) held += event.size();
    EXPECT_LE(held, 60u * 1024);
  }
}

// Heads just below the limit, of very few bytes each, on as many streams as there may be.
TEST_F(Flood, holds_no_more_in_heads_than_ten_times_what_was_sent) {
  const std::string large(4000, 'x');
  std::string insert =
      "\x40\x06"
      "cookie"
      "\x7f\xa1\x1e" +
      large;
  ASSERT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, Wire::get() + insert)));
  for (uint32_t n = 1; n < 100; ++n) {
    if (!wire_.send(Wire::headers(id(n), kEndHeaders | kEndStream, Wire::get() + std::string(14, '\xbe')))) break;
  }
  size_t held = 0;
  for (const auto& stream : wire_.streams) {
    for (const std::string& event : stream->events) held += event.size();
  }
  EXPECT_LE(held, (256u << 10) + 10 * wire_.sent + 3 * 60 * 1024);
}

// A client that reads nothing: what is sent waits with its sender, not here (zero-window and slow readers).
TEST_F(Flood, holds_little_for_a_peer_that_does_not_read) {
  std::string settings(6, '\0');
  write_u32(write_u16(settings.data(), 4), kStreamIdMost);
  ASSERT_TRUE(wire_.send(Wire::frame(FrameType::settings, 0, 0, settings) +
                         Wire::frame(FrameType::window_update, 0, 0, Wire::number(kStreamIdMost - 65'535))));
  for (uint32_t n = 0; n < 100; ++n) {
    ASSERT_TRUE(wire_.send(Wire::headers(id(n))));
    wire_.framing().respond(*wire_.streams.back(), {}, MessageBody::follows);
    wire_.streams.back()->send(std::string(1 << 20, 'x'));
  }
  EXPECT_LE(wire_.framing().output().size(), 64u * 1024 + 100 * 64 + 1024);
}

}  // namespace
}  // namespace weft::http::h2
