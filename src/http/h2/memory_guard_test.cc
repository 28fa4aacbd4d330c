// A server's connection whose memory guard says no.
#include "base/memory_guard.h"

#include <gtest/gtest.h>

#include "base/room_for_test.h"
#include "http/h2/server_connection.h"
#include "http/h2/wire_test.h"
#include "net/memory_stream.h"
#include "runtime/gate.h"

namespace weft::http::h2 {
namespace {

using runtime::Task;

// The test is the handler, and the client: what it sends are bytes.
class GuardedServerTest : public testing::Test, public RequestHandler {
 protected:
  GuardedServerTest() : gate_(reactor_) {
    options_.guard = &room_;
    std::tie(near_, far_) = net::MemoryStream::connected(reactor_, 4 << 20);
    server_ = std::make_unique<ServerConnection>(reactor_, *far_, options_, *this);
    runtime::spawn(gate_, run());
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Wire::frame(FrameType::settings, 0, 0, ""));
    received();
  }
  ~GuardedServerTest() override {
    for (ServerStream* request : requests_) request->release();
    near_->finish_writing();
    pass(options_.linger_time + std::chrono::seconds(1));
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void on_request(ServerStream& stream) override { requests_.push_back(&stream); }
  Task<void> run() { end_ = co_await server_->run({}); }
  void turn() {
    for (int i = 0; i < 50; ++i) reactor_.turn(Duration::zero());
  }
  void pass(Duration time) {
    clock_.advance(time);
    turn();
  }
  void send(std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(near_->try_write({&part, 1}).size, bytes.size());
    turn();
  }
  std::string received() {
    std::string all(1 << 20, '\0');
    const net::Io io = near_->try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }
  void post() { send(Wire::frame(FrameType::headers, kEndHeaders, 1, "\x83\x86\x84\x41\x01w")); }

  static constexpr uint8_t kEndHeaders = 4;

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_;
  RoomForTest room_;
  ServerOptions options_;
  std::unique_ptr<net::MemoryStream> near_, far_;
  std::unique_ptr<ServerConnection> server_;
  std::vector<ServerStream*> requests_;
  std::optional<Error> end_;
};

TEST_F(GuardedServerTest, asks_for_nothing_where_nothing_is_left_over) {
  send(Wire::frame(FrameType::headers, kEndHeaders | 1, 1, "\x82\x86\x84\x41\x01w"));
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_EQ(room_.asked, 0u);
}

TEST_F(GuardedServerTest, a_head_that_has_not_ended_goes_with_its_connection) {
  send(Wire::frame(FrameType::headers, 0, 1, "\x82\x86\x84\x41\x01w"));
  EXPECT_EQ(room_.asked, 6u);
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::overflow);
  const std::string goodbye = received();
  ASSERT_GE(goodbye.size(), 17u);
  EXPECT_EQ(goodbye.substr(goodbye.size() - 4), std::string("\0\0\0\x0b", 4));  // ENHANCE_YOUR_CALM
}

TEST_F(GuardedServerTest, a_frame_that_has_not_ended_counts_too) {
  const std::string head = Wire::frame(FrameType::headers, kEndHeaders, 1, std::string(100, 'x'));
  send(std::string_view(head).substr(0, 50));
  EXPECT_EQ(room_.asked, 50u);
  EXPECT_TRUE(end_);
}

TEST_F(GuardedServerTest, bodies_that_nobody_takes_make_the_client_wait_until_there_is_room) {
  room_.is_open = true;
  post();
  ASSERT_EQ(requests_.size(), 1u);
  room_.is_open = false;
  send(Wire::frame(FrameType::data, 0, 1, std::string(10'000, 'x')));
  EXPECT_EQ(room_.asked, 10'000u);
  send(Wire::frame(FrameType::data, 0, 1, std::string(5'000, 'x')));
  EXPECT_EQ(server_->framing().unread(), 10'000u);  // it is not read from
  EXPECT_FALSE(end_);
  room_.is_open = true;
  pass(std::chrono::milliseconds(100));
  EXPECT_EQ(server_->framing().unread(), 15'000u);
}

TEST_F(GuardedServerTest, a_client_that_waits_goes_on_once_its_bodies_are_taken) {
  room_.is_open = true;
  post();
  room_.is_open = false;
  send(Wire::frame(FrameType::data, 0, 1, std::string(10'000, 'x')));
  send(Wire::frame(FrameType::data, 1, 1, "the end"));
  const auto piece = reactor_.run_until_done(requests_[0]->read_body());
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->data.size(), 10'000u);
  (void)requests_[0]->received_body();  // what it showed is taken
  pass(std::chrono::milliseconds(100));
  EXPECT_EQ(reactor_.run_until_done(requests_[0]->read_body())->data, "the end");
}

}  // namespace
}  // namespace weft::http::h2
