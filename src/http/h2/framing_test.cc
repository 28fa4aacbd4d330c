// What RFC 9113 asks of an endpoint that gets frames, right and wrong ones; in the order of its sections.
#include "http/h2/framing.h"

#include <gtest/gtest.h>

#include "http/h2/wire_test.h"

namespace weft::http::h2 {
namespace {

using Words = std::vector<std::string>;

// A server of ours; the test is the client.
class ServerFraming : public testing::Test {
 protected:
  ServerFraming() { wire_.greet(Role::server); }

  static std::string frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
    return Wire::frame(type, flags, stream, payload);
  }
  // The connection ends with this code.
  void expect_breach(const std::string& bytes, ErrorCode code) {
    EXPECT_FALSE(wire_.send(bytes));
    const Words answers = wire_.answers();
    ASSERT_FALSE(answers.empty());
    EXPECT_TRUE(answers.back().starts_with("GOAWAY"));
    EXPECT_TRUE(answers.back().ends_with(" " + std::to_string(static_cast<int>(code)))) << answers.back();
    EXPECT_TRUE(wire_.framing().is_over());
  }
  // The stream ends with this code, the connection lives.
  void expect_reset(const std::string& bytes, uint32_t stream, ErrorCode code) {
    EXPECT_TRUE(wire_.send(bytes));
    EXPECT_EQ(wire_.answers(), Words{"RST " + std::to_string(stream) + " " + std::to_string(static_cast<int>(code))});
  }
  void answer(NotedStream& stream) {
    ResponseHead head;
    wire_.framing().respond(stream, head, MessageBody::none);
  }

  Wire wire_{Role::server, {.stream_window = 100'000, .connection_window = 300'000}};
};

TEST(ServerFramingStart, announces_itself_and_acknowledges_settings) {
  Wire wire(Role::server, {.stream_window = 100'000, .connection_window = 300'000});
  EXPECT_EQ(wire.answers(), (Words{"SETTINGS", "WINDOW 0 234465"}));
  EXPECT_TRUE(wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Wire::frame(FrameType::settings, 0, 0, "")));
  EXPECT_EQ(wire.answers(), Words{"SETTINGS ack"});
}

TEST(ServerFramingStart, wants_settings_first) {
  Wire wire(Role::server);
  EXPECT_FALSE(wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Wire::headers(1)));
  EXPECT_EQ(wire.answers().back(), "GOAWAY 0 1");
}

TEST(ServerFramingStart, knows_whether_its_client_multiplexes_and_clients_say_it) {
  for (const bool multiplexes : {false, true}) {
    Wire client(Role::client, {.multiplexes = multiplexes});
    client.framing().fill_output();
    Wire server(Role::server);
    EXPECT_FALSE(server.framing().peer_multiplexes());
    EXPECT_TRUE(server.send(client.framing().output().readable()));
    EXPECT_EQ(server.framing().peer_multiplexes(), multiplexes);
  }
}

TEST_F(ServerFraming, hands_out_a_request_and_carries_its_answer) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  NotedStream& stream = *wire_.streams.at(0);
  EXPECT_EQ(stream.events, (Words{":method=GET", ":scheme=http", ":path=/", ":authority=a", "head", "end"}));
  wire_.framing().respond(stream, {}, MessageBody::follows);
  stream.send("hello");
  EXPECT_EQ(stream.events.back(), "closed 0");
  EXPECT_EQ(wire_.answers(), (Words{"HEADERS 1", "DATA 1 5 end"}));
}

// RFC 9113 4.3, 6.10.
TEST_F(ServerFraming, joins_continuations_and_lets_nothing_come_between) {
  const std::string block = Wire::get();
  EXPECT_TRUE(wire_.send(frame(FrameType::headers, kEndStream, 1, block.substr(0, 2))));
  EXPECT_TRUE(wire_.send(frame(FrameType::continuation, 0, 1, "")));
  EXPECT_TRUE(wire_.send(frame(FrameType::continuation, kEndHeaders, 1, block.substr(2))));
  EXPECT_EQ(wire_.streams.at(0)->events.back(), "end");
  EXPECT_TRUE(wire_.send(frame(FrameType::headers, kEndStream, 3, "")));
  expect_breach(frame(FrameType::ping, 0, 0, "12345678"), ErrorCode::protocol_error);
}

TEST_F(ServerFraming, ends_when_data_comes_between_headers_and_continuation) {
  EXPECT_TRUE(wire_.send(frame(FrameType::headers, kEndStream, 1, "")));
  expect_breach(frame(FrameType::data, 0, 1, "x"), ErrorCode::protocol_error);
}

TEST_F(ServerFraming, ends_on_what_is_no_hpack) {
  expect_breach(Wire::headers(1, kEndHeaders | kEndStream, "\xff\xff\xff\xff\xff"), ErrorCode::compression_error);
}

// RFC 9113 5.1, 5.1.1.
TEST_F(ServerFraming, ends_on_frames_for_streams_that_were_never_opened) {
  const std::string window = frame(FrameType::window_update, 0, 1, Wire::number(1));
  const std::string reset = frame(FrameType::rst_stream, 0, 1, Wire::number(8));
  for (const std::string& bytes : {frame(FrameType::data, 0, 1, "x"), window, reset, Wire::headers(2)}) {
    Wire fresh(Role::server);
    fresh.greet(Role::server);
    EXPECT_FALSE(fresh.send(bytes));
    EXPECT_TRUE(fresh.answers().back().ends_with(" 1"));
  }
}

TEST_F(ServerFraming, ends_on_ids_that_are_too_low) {
  EXPECT_TRUE(wire_.send(Wire::headers(5)));
  expect_breach(Wire::headers(3), ErrorCode::protocol_error);
}

TEST_F(ServerFraming, ends_on_frames_for_streams_that_both_ends_have_closed) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  answer(*wire_.streams[0]);
  wire_.answers();
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 1, Wire::number(1))));  // may cross our END_STREAM
  EXPECT_TRUE(wire_.send(frame(FrameType::rst_stream, 0, 1, Wire::number(8))));
  expect_breach(frame(FrameType::data, 0, 1, "x"), ErrorCode::stream_closed);
}

TEST_F(ServerFraming, ends_on_headers_for_a_closed_stream) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  EXPECT_TRUE(wire_.send(frame(FrameType::rst_stream, 0, 1, Wire::number(8))));
  EXPECT_EQ(wire_.streams[0]->events.back(), "closed 8");
  expect_breach(Wire::headers(1), ErrorCode::stream_closed);
}

TEST_F(ServerFraming, resets_streams_that_go_on_after_their_end) {
  EXPECT_TRUE(wire_.send(Wire::headers(1) + Wire::headers(3)));
  expect_reset(frame(FrameType::data, 0, 1, "x"), 1, ErrorCode::stream_closed);
  expect_reset(Wire::headers(3), 3, ErrorCode::stream_closed);
}

TEST_F(ServerFraming, passes_over_what_crosses_its_own_reset) {
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders)));
  wire_.framing().reset(*wire_.streams[0], ErrorCode::cancel);
  EXPECT_EQ(wire_.answers(), Words{"RST 1 8"});
  EXPECT_TRUE(wire_.send(frame(FrameType::data, 0, 1, "late") + Wire::headers(1)));
  EXPECT_EQ(wire_.answers(), Words{});
}

TEST_F(ServerFraming, refuses_more_streams_than_it_announced) {
  Wire wire(Role::server, {.streams_max = 2});
  wire.greet(Role::server);
  for (uint32_t id = 1; id <= 5; id += 2) EXPECT_TRUE(wire.send(Wire::headers(id, kEndHeaders)));
  EXPECT_EQ(wire.answers(), Words{"RST 5 7"});
  EXPECT_EQ(wire.streams.size(), 2u);
  EXPECT_TRUE(wire.send(Wire::frame(FrameType::data, kEndStream, 5, "late")));
  wire.refuses = true;
  EXPECT_TRUE(wire.send(Wire::frame(FrameType::rst_stream, 0, 1, Wire::number(8)) + Wire::headers(7)));
  EXPECT_EQ(wire.answers(), Words{"RST 7 7"});
}

TEST_F(ServerFraming, takes_the_last_stream_id_there_is) {
  EXPECT_TRUE(wire_.send(Wire::headers(kStreamIdMost)));
  EXPECT_EQ(wire_.streams.at(0)->events.back(), "end");
  expect_breach(Wire::headers(1), ErrorCode::protocol_error);
}

// RFC 9113 5.2, 6.9.
TEST_F(ServerFraming, sends_no_more_than_the_windows_allow) {
  EXPECT_TRUE(wire_.send(Wire::headers(1) + Wire::headers(3)));
  NotedStream& first = *wire_.streams[0];
  wire_.framing().respond(first, {}, MessageBody::follows);
  first.send(std::string(40'000, 'x'));
  EXPECT_EQ(wire_.answers(), (Words{"HEADERS 1", "DATA 1 16384", "DATA 1 16384", "DATA 1 7232 end"}));
  NotedStream& second = *wire_.streams[1];
  wire_.framing().respond(second, {}, MessageBody::follows);
  second.send(std::string(40'000, 'x'));
  EXPECT_EQ(wire_.answers(), (Words{"HEADERS 3", "DATA 3 16384", "DATA 3 9151"}));
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 3, Wire::number(1000))));
  EXPECT_EQ(wire_.answers(), Words{});  // it has a window, the connection has none
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 0, Wire::number(100'000))));
  EXPECT_EQ(wire_.answers(), (Words{"DATA 3 14465 end"}));
}

TEST_F(ServerFraming, shares_the_output_between_streams_frame_by_frame) {
  std::string settings(6, '\0');
  write_u32(write_u16(settings.data(), 4), 1 << 20);
  EXPECT_TRUE(wire_.send(frame(FrameType::settings, 0, 0, settings)));
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 0, Wire::number(1 << 20))));
  EXPECT_TRUE(wire_.send(Wire::headers(1) + Wire::headers(3)));
  for (const auto& stream : wire_.streams) {
    wire_.framing().respond(*stream, {}, MessageBody::follows);
    stream->send(std::string(100'000, 'x'));
  }
  wire_.answers();
  EXPECT_EQ(wire_.answers(), (Words{"DATA 1 16384", "DATA 3 16384", "DATA 1 16384", "DATA 3 16357"}));
}

TEST_F(ServerFraming, changes_all_windows_with_the_peers_setting_even_below_zero) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  wire_.framing().respond(*wire_.streams[0], {}, MessageBody::follows);
  const auto window = [&](uint32_t size) {
    std::string settings(6, '\0');
    write_u32(write_u16(settings.data(), 4), size);
    return frame(FrameType::settings, 0, 0, settings);
  };
  EXPECT_TRUE(wire_.send(window(3)));
  wire_.streams[0]->send("12345");
  EXPECT_EQ(wire_.answers(), (Words{"HEADERS 1", "SETTINGS ack", "DATA 1 3"}));
  EXPECT_TRUE(wire_.send(window(1)));  // now the window is -2
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 1, Wire::number(2))));
  EXPECT_EQ(wire_.answers(), Words{"SETTINGS ack"});
  EXPECT_TRUE(wire_.send(frame(FrameType::window_update, 0, 1, Wire::number(1))));
  EXPECT_EQ(wire_.answers(), Words{"DATA 1 1"});
  EXPECT_TRUE(wire_.send(window(100)));
  EXPECT_EQ(wire_.answers(), (Words{"SETTINGS ack", "DATA 1 1 end"}));
}

TEST_F(ServerFraming, ends_when_a_window_overflows) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  expect_reset(frame(FrameType::window_update, 0, 1, Wire::number(kStreamIdMost)), 1, ErrorCode::flow_control_error);
  expect_breach(frame(FrameType::window_update, 0, 0, Wire::number(kStreamIdMost)), ErrorCode::flow_control_error);
}

TEST_F(ServerFraming, ends_on_a_window_update_of_nothing) {
  expect_breach(frame(FrameType::window_update, 0, 0, Wire::number(0)), ErrorCode::protocol_error);
}

TEST_F(ServerFraming, opens_windows_as_bytes_are_read_and_counts_padding) {
  EXPECT_TRUE(wire_.send(frame(FrameType::settings, kAck, 0, "")));
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders)));
  const std::string padded = std::string(1, '\xff') + std::string(9'744, 'x') + std::string(255, '\0');
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(wire_.send(frame(FrameType::data, kPadded, 1, padded)));
  EXPECT_EQ(wire_.answers(), Words{});
  EXPECT_TRUE(wire_.send(frame(FrameType::data, kPadded, 1, padded)));
  EXPECT_EQ(wire_.answers(), Words{"WINDOW 1 50000"});  // half of it
}

TEST_F(ServerFraming, resets_a_stream_that_sends_more_than_its_window) {
  wire_.streams.clear();
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders)));
  wire_.streams[0]->reads = false;
  const std::string full = frame(FrameType::data, 0, 1, std::string(16'384, 'x'));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(wire_.send(full));  // 65,535 until our SETTINGS is acknowledged
  expect_reset(full, 1, ErrorCode::flow_control_error);
  for (const std::string& event : wire_.streams[0]->events) EXPECT_NE(event, "end");
}

// RFC 9113 6, the sizes and places of frames.
TEST_F(ServerFraming, ends_on_frames_of_a_wrong_size_or_place) {
  struct Case {
    std::string bytes;
    ErrorCode code;
  };
  const Case cases[] = {
      {frame(FrameType::ping, 0, 0, "1234567"), ErrorCode::frame_size_error},
      {frame(FrameType::ping, 0, 1, "12345678"), ErrorCode::protocol_error},
      {frame(FrameType::settings, 0, 0, "12345"), ErrorCode::frame_size_error},
      {frame(FrameType::settings, kAck, 0, "123456"), ErrorCode::frame_size_error},
      {frame(FrameType::settings, 0, 1, ""), ErrorCode::protocol_error},
      {frame(FrameType::settings, 0, 0, std::string("\0\2\0\0\0\2", 6)), ErrorCode::protocol_error},
      {frame(FrameType::settings, 0, 0, std::string("\0\4\xff\xff\xff\xff", 6)), ErrorCode::flow_control_error},
      {frame(FrameType::settings, 0, 0, std::string("\0\5\0\0\0\1", 6)), ErrorCode::protocol_error},
      {frame(FrameType::goaway, 0, 1, std::string(8, '\0')), ErrorCode::protocol_error},
      {frame(FrameType::goaway, 0, 0, "1234567"), ErrorCode::frame_size_error},
      {frame(FrameType::window_update, 0, 0, "123"), ErrorCode::frame_size_error},
      {frame(FrameType::rst_stream, 0, 1, "12345"), ErrorCode::frame_size_error},
      {frame(FrameType::rst_stream, 0, 0, "1234"), ErrorCode::protocol_error},
      {frame(FrameType::priority, 0, 0, "12345"), ErrorCode::protocol_error},
      {frame(FrameType::priority, 0, 1, "1234"), ErrorCode::frame_size_error},
      {frame(FrameType::priority, 0, 1, std::string("\0\0\0\1\0", 5)), ErrorCode::protocol_error},
      {frame(FrameType::data, 0, 0, "x"), ErrorCode::protocol_error},
      {frame(FrameType::headers, kEndHeaders, 0, Wire::get()), ErrorCode::protocol_error},
      {frame(FrameType::headers, kEndHeaders | kPadded, 1, "\xff"), ErrorCode::protocol_error},
      {frame(FrameType::headers, kEndHeaders | kPriority, 1, "1234"), ErrorCode::frame_size_error},
      {frame(FrameType::continuation, kEndHeaders, 1, ""), ErrorCode::protocol_error},
      {frame(FrameType::push_promise, kEndHeaders, 1, "1234"), ErrorCode::protocol_error},
  };
  for (const Case& one : cases) {
    Wire fresh(Role::server);
    fresh.greet(Role::server);
    EXPECT_FALSE(fresh.send(one.bytes));
    const std::string expected = "GOAWAY 0 " + std::to_string(static_cast<int>(one.code));
    EXPECT_EQ(fresh.answers().back(), expected) << static_cast<int>(one.bytes[3]);
  }
}

TEST_F(ServerFraming, passes_over_unknown_frames_settings_and_flags) {
  EXPECT_TRUE(wire_.send(frame(static_cast<FrameType>(0x16), 0xff, 9, "whatever")));
  EXPECT_TRUE(wire_.send(frame(FrameType::settings, 0xfe, 0, std::string("\x7f\x7f\0\0\0\1", 6))));
  EXPECT_TRUE(wire_.send(frame(FrameType::ping, 0xfe, 0, "12345678")));
  EXPECT_EQ(wire_.answers(), (Words{"SETTINGS ack", "PING ack"}));
}

TEST_F(ServerFraming, takes_headers_with_padding_and_priority) {
  const std::string payload = std::string(1, '\2') + std::string("\0\0\0\0\7", 5) + Wire::get() + std::string(2, '\0');
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream | kPadded | kPriority, payload)));
  EXPECT_EQ(wire_.streams.at(0)->events.back(), "end");
  const std::string itself = std::string("\0\0\0\3\7", 5) + Wire::get();
  expect_reset(Wire::headers(3, kEndHeaders | kPriority, itself), 3, ErrorCode::protocol_error);
}

// RFC 9113 8.1, 8.1.1.
TEST_F(ServerFraming, resets_malformed_requests) {
  expect_reset(Wire::headers(1, kEndHeaders | kEndStream, "\x82"), 1, ErrorCode::protocol_error);
  EXPECT_EQ(wire_.streams[0]->events.back(), "broken: the fields are malformed");
  const std::string unwanted = Wire::get() + Wire::literal("unwanted", "x");
  expect_reset(Wire::headers(3, kEndHeaders | kEndStream, unwanted), 3, ErrorCode::protocol_error);
}

TEST_F(ServerFraming, holds_bodies_to_their_length) {
  const std::string five = Wire::get() + Wire::literal("content-length", "5");
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders, five)));
  expect_reset(frame(FrameType::data, kEndStream, 1, "four"), 1, ErrorCode::protocol_error);
  EXPECT_TRUE(wire_.send(Wire::headers(3, kEndHeaders, five)));
  expect_reset(frame(FrameType::data, 0, 3, "sixsix"), 3, ErrorCode::protocol_error);
  EXPECT_TRUE(wire_.send(Wire::headers(5, kEndHeaders, five) + frame(FrameType::data, 0, 5, "fi") +
                         frame(FrameType::data, kEndStream, 5, "ve!")));
  EXPECT_EQ(wire_.streams.back()->events.back(), "end");
  expect_reset(Wire::headers(7, kEndHeaders | kEndStream, five), 7, ErrorCode::protocol_error);
}

TEST_F(ServerFraming, takes_trailers_only_at_the_end) {
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders) + Wire::headers(1, 0x5, Wire::literal("a", "b"))));
  EXPECT_EQ(wire_.streams[0]->events.back(), "end");
  EXPECT_TRUE(wire_.send(Wire::headers(3, kEndHeaders)));
  expect_reset(Wire::headers(3, kEndHeaders, Wire::literal("a", "b")), 3, ErrorCode::protocol_error);
}

// RFC 9113 6.8.
TEST_F(ServerFraming, leaves_in_two_steps) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  wire_.framing().announce_leaving();
  EXPECT_TRUE(wire_.send(Wire::headers(3)));  // crosses the notice
  wire_.framing().finish_streams();
  EXPECT_EQ(wire_.answers(), (Words{"GOAWAY 2147483647 0", "GOAWAY 3 0"}));
  EXPECT_TRUE(wire_.send(Wire::headers(5, kEndHeaders) + frame(FrameType::data, kEndStream, 5, "x")));
  EXPECT_EQ(wire_.streams.size(), 2u);
  EXPECT_FALSE(wire_.framing().is_over());
  for (const auto& stream : wire_.streams) answer(*stream);
  EXPECT_TRUE(wire_.framing().is_over());
}

TEST_F(ServerFraming, writes_long_heads_in_several_frames) {
  EXPECT_TRUE(wire_.send(Wire::headers(1)));
  ResponseHead head;
  head.headers.add("x-long", std::string(20'000, 'x'));
  wire_.framing().respond(*wire_.streams[0], head, MessageBody::none);
  EXPECT_EQ(wire_.answers(), (Words{"HEADERS 1 end", "FRAME 9 1"}));
}

// A client of ours; the test is the server.
class ClientFraming : public testing::Test {
 protected:
  ClientFraming() { wire_.greet(Role::client); }
  NotedStream& ask(const char* method = "GET") {
    RequestHead head;
    head.method = method;
    head.authority = "a";
    return wire_.open(head, MessageBody::none);
  }
  void expect_breach(const std::string& bytes, const char* goaway) {
    EXPECT_FALSE(wire_.send(bytes));
    EXPECT_EQ(wire_.answers().back(), goaway);
  }

  Wire wire_{Role::client};
  const std::string ok_ = "\x88";  // ":status: 200"
};

TEST_F(ClientFraming, carries_an_exchange_and_its_interim_heads) {
  NotedStream& stream = ask();
  EXPECT_EQ(wire_.answers(), Words{"HEADERS 1 end"});
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders, Wire::literal(":status", "103"))));
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders, ok_) + Wire::frame(FrameType::data, kEndStream, 1, "abc")));
  EXPECT_EQ(stream.events, (Words{":status=103", "head", ":status=200", "head", "data 3", "end", "closed 0"}));
}

TEST_F(ClientFraming, takes_no_body_where_there_is_none) {
  NotedStream& head = ask("HEAD");
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, ok_ + Wire::literal("content-length", "9"))));
  EXPECT_EQ(head.events.back(), "closed 0");
  ask("HEAD");
  wire_.answers();
  EXPECT_TRUE(wire_.send(Wire::headers(3, kEndHeaders, ok_) + Wire::frame(FrameType::data, 0, 3, "x")));
  EXPECT_EQ(wire_.answers(), Words{"RST 3 1"});
  NotedStream& unchanged = ask();
  const std::string fields = Wire::literal(":status", "304") + Wire::literal("content-length", "9");
  EXPECT_TRUE(wire_.send(Wire::headers(5, kEndHeaders | kEndStream, fields)));
  EXPECT_EQ(unchanged.events.back(), "closed 0");
}

TEST_F(ClientFraming, breaks_streams_that_begin_wrongly) {
  ask();
  wire_.answers();
  EXPECT_TRUE(wire_.send(Wire::frame(FrameType::data, 0, 1, "x")));
  EXPECT_EQ(wire_.answers(), Words{"RST 1 1"});
  ask();
  wire_.answers();
  EXPECT_TRUE(wire_.send(Wire::headers(3, kEndHeaders | kEndStream, Wire::literal(":status", "100"))));
  EXPECT_EQ(wire_.answers(), Words{"RST 3 1"});
}

TEST_F(ClientFraming, outlives_a_second_end_of_a_stream) {
  ask();
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, ok_)));
  NotedStream& next = ask();
  wire_.answers();
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, ok_)));
  EXPECT_EQ(wire_.answers(), Words{"RST 1 5"});
  EXPECT_TRUE(wire_.send(Wire::headers(3, kEndHeaders | kEndStream, ok_)));
  EXPECT_EQ(next.events.back(), "closed 0");
}

TEST_F(ClientFraming, ends_on_streams_that_it_did_not_open) {
  expect_breach(Wire::headers(1, kEndHeaders, ok_), "GOAWAY 0 1");
}

TEST_F(ClientFraming, ends_on_streams_of_the_server) {
  expect_breach(Wire::headers(2, kEndHeaders, ok_), "GOAWAY 0 1");
}

TEST_F(ClientFraming, ends_on_a_push) {
  ask();
  expect_breach(Wire::frame(FrameType::push_promise, kEndHeaders, 1, Wire::number(2) + Wire::get()), "GOAWAY 0 1");
}

TEST_F(ClientFraming, ends_when_a_server_allows_itself_to_push) {
  expect_breach(Wire::frame(FrameType::settings, 0, 0, std::string("\0\2\0\0\0\1", 6)), "GOAWAY 0 1");
}

TEST_F(ClientFraming, calls_streams_refused_that_a_goaway_does_not_name) {
  NotedStream& seen = ask();
  NotedStream& unseen = ask();
  EXPECT_TRUE(wire_.send(Wire::frame(FrameType::goaway, 0, 0, Wire::number(1) + Wire::number(0))));
  EXPECT_EQ(unseen.events, Words{"closed 7"});
  EXPECT_TRUE(seen.events.empty());
  EXPECT_FALSE(wire_.framing().can_submit());
  EXPECT_FALSE(wire_.framing().is_over());
  EXPECT_TRUE(wire_.send(Wire::headers(1, kEndHeaders | kEndStream, ok_)));
  EXPECT_TRUE(wire_.framing().is_over());
}

TEST_F(ClientFraming, heeds_how_many_streams_the_server_takes) {
  EXPECT_EQ(wire_.framing().peer_streams_max(), 100u);
  EXPECT_TRUE(wire_.send(Wire::frame(FrameType::settings, 0, 0, std::string("\0\3\0\0\0\7", 6))));
  EXPECT_EQ(wire_.framing().peer_streams_max(), 7u);
}

// RFC 8441 3.
TEST(ConnectProtocol, is_announced_by_servers_that_take_it) {
  Wire plain(Role::server);
  Wire taking(Role::server, {.takes_connect_protocol = true});
  const std::string offer("\0\x8\0\0\0\x1", 6);
  EXPECT_EQ(plain.framing().output().readable().find(offer), std::string_view::npos);
  EXPECT_NE(taking.framing().output().readable().find(offer), std::string_view::npos);
}

TEST(ConnectProtocol, is_known_to_the_client_once_the_settings_have_come) {
  const auto setting = [](char value) {
    return Wire::frame(FrameType::settings, 0, 0, std::string("\0\x8\0\0\0", 5) + value);
  };
  Wire wire(Role::client);
  EXPECT_FALSE(wire.framing().knows_peer());
  EXPECT_TRUE(wire.send(setting(1)));
  EXPECT_TRUE(wire.framing().knows_peer());
  EXPECT_TRUE(wire.framing().peer_takes_connect_protocol());
  EXPECT_FALSE(wire.send(setting(0)));  // it may not be taken back
  Wire other(Role::client);
  EXPECT_FALSE(other.send(setting(2)));
}

// A success has no length, whatever it announces (RFC 9110 9.3.6).
TEST(ConnectProtocol, makes_a_stream_that_carries_any_number_of_bytes) {
  Wire wire(Role::client);
  wire.greet(Role::client);
  RequestHead head;
  head.method = "CONNECT";
  head.authority = "a:1";
  head.path.clear();
  NotedStream& stream = wire.open(head, MessageBody::follows);
  EXPECT_EQ(wire.answers(), Words{"HEADERS 1"});
  EXPECT_TRUE(wire.send(Wire::headers(1, kEndHeaders, "\x88" + Wire::literal("content-length", "0"))));
  EXPECT_TRUE(wire.send(Wire::frame(FrameType::data, 0, 1, "bytes")));
  EXPECT_EQ(stream.events.back(), "data 5");
}

}  // namespace
}  // namespace weft::http::h2
