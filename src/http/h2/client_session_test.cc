#include "http/h2/client_session.h"

#include <gtest/gtest.h>

#include "http/h2/peer_test.h"

namespace weft::http::h2 {
namespace {

using runtime::Reactor;
using runtime::Task;

Task<void> note_end(ClientSession& session, std::optional<Error>& end) {
  end = co_await session.run();
}

// A session and its peer, joined in memory, on a clock that the test moves.
class ClientSessionTest : public testing::Test {
 protected:
  explicit ClientSessionTest(ClientOptions options = {}) : reactor_(clock_), gate_(reactor_) {
    auto [ours, theirs] = net::MemoryStream::connected(reactor_);
    peer_ = std::make_unique<Peer>(std::move(theirs));
    session_ = std::make_unique<ClientSession>(reactor_, std::move(ours), options);
    spawn(gate_, peer_->run());
    spawn(gate_, note_end(*session_, end_));
    settle();
  }
  ~ClientSessionTest() override {
    run(session_->close());
    peer_->close();
    settle();
  }

  // Until nothing moves any more.
  void settle() {
    for (int i = 0; i < 200; ++i) reactor_.turn(Duration::zero());
  }
  template <class T>
  T run(Task<T> task) {
    return reactor_.run_until_done(std::move(task));
  }

  std::unique_ptr<ClientStream> get(const std::string& path = "/") {
    RequestHead head;
    head.authority = "web";
    head.path = path;
    return *session_->open(head, MessageBody::none);
  }
  std::unique_ptr<ClientStream> post() {
    RequestHead head;
    head.method = "POST";
    head.authority = "web";
    return *session_->open(head, MessageBody::follows);
  }
  void flush() {
    spawn(gate_, peer_->flush());
    settle();
  }

  ManualClock clock_;
  Reactor reactor_;
  runtime::Gate gate_;
  std::unique_ptr<Peer> peer_;
  std::unique_ptr<ClientSession> session_;
  std::optional<Error> end_;
};

Task<Result<std::string>> read_body(ClientStream& stream, size_t piece = 1000) {
  std::string body;
  std::vector<char> buffer(piece);
  for (;;) {
    WEFT_CO_TRY(const size_t size, co_await stream.read(buffer));
    if (size == 0) co_return body;
    body.append(buffer.data(), size);
  }
}

Task<void> write_twice(ClientStream& stream, std::string bytes, int& written) {
  for (int i = 0; i < 2; ++i) {
    if (co_await stream.write(bytes)) ++written;
  }
}

Task<void> note_read(ClientStream& stream, std::optional<Result<std::string>>& result) {
  result = co_await read_body(stream);
}

TEST_F(ClientSessionTest, CarriesARequestAndItsResponse) {
  peer_->on_request = [&](int32_t id) {
    peer_->respond(id, {{":status", "200"}, {"server", "peer"}}, "pong", {{"checksum", "7"}});
  };
  auto stream = post();
  ASSERT_TRUE(run(stream->write("ping")));
  stream->finish();
  ASSERT_TRUE(run(stream->receive_head()));
  EXPECT_EQ(stream->head().status, 200);
  EXPECT_EQ(stream->head().headers.get("server"), "peer");
  EXPECT_EQ(run(read_body(*stream)).value(), "pong");
  EXPECT_EQ(stream->trailers().get("checksum"), "7");

  const Peer::Request& request = peer_->requests.at(1);
  EXPECT_EQ(request.body, "ping");
  EXPECT_EQ(request.fields.at(":method"), "POST");
  EXPECT_EQ(request.fields.at(":authority"), "web");
  EXPECT_EQ(request.fields.at(":scheme"), "http");
}

TEST_F(ClientSessionTest, CarriesManyStreamsAtOnce) {
  peer_->on_request = [&](int32_t id) {
    peer_->respond(id, {{":status", "200"}}, peer_->requests[id].fields[":path"]);
  };
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (int i = 0; i < 200; ++i) streams.push_back(get("/" + std::to_string(i)));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(run(read_body(*streams[i])).value(), "/" + std::to_string(i));
}

TEST_F(ClientSessionTest, PassesInformationalHeadsOver) {
  auto stream = get();
  settle();
  peer_->send_head(1, {{":status", "103"}, {"link", "a"}});
  peer_->respond(1, {{":status", "204"}}, "");
  flush();
  ASSERT_TRUE(run(stream->receive_head()));
  EXPECT_EQ(stream->head().status, 204);
  EXPECT_FALSE(stream->head().headers.has("link"));
}

TEST_F(ClientSessionTest, GivesUpOnEndlessInformationalHeads) {
  auto stream = get();
  settle();
  for (int i = 0; i < 20; ++i) peer_->send_head(1, {{":status", "103"}});
  flush();
  EXPECT_EQ(run(stream->receive_head()).error().reason, Reason::too_large);
  EXPECT_FALSE(end_);
}

TEST_F(ClientSessionTest, ResetsOnlyTheStreamWhoseHeadIsTooLarge) {
  peer_->on_request = [&](int32_t id) {
    peer_->respond(id, {{":status", "200"}, {"x", std::string(id == 1 ? 61'500 : 10, 'x')}}, "body");
  };
  auto large = get();
  auto small = get();
  settle();
  EXPECT_EQ(run(large->receive_head()).error().reason, Reason::too_large);
  EXPECT_EQ(run(read_body(*small)).value(), "body");
}

TEST_F(ClientSessionTest, LetsThePeerSendNoMoreThanTheWindowUntilItIsRead) {
  constexpr size_t kWindow = 1u << 20;
  peer_->on_request = [&](int32_t id) { peer_->respond(id, {{":status", "200"}}, std::string(3 * kWindow, 'x')); };
  auto stream = get();
  settle();
  EXPECT_EQ(peer_->sent_of_body(1), kWindow);
  EXPECT_EQ(run(read_body(*stream, 16384)).value().size(), 3 * kWindow);
}

TEST_F(ClientSessionTest, MakesTheWriterWaitForAPeerThatDoesNotRead) {
  peer_->reads = false;
  auto stream = post();
  int written = 0;
  spawn(gate_, write_twice(*stream, std::string(100'000, 'x'), written));
  settle();
  EXPECT_EQ(written, 0);  // 65,535 are at the peer, the rest is still the writer's
  peer_->reads = true;
  nghttp2_session_consume(peer_->session(), 1, 65535);
  flush();
  EXPECT_EQ(written, 2);
}

TEST_F(ClientSessionTest, EndsAWriteAtItsDeadline) {
  peer_->reads = false;
  auto stream = post();
  std::optional<Result<>> result;
  const auto write = [](ClientStream& to, Time deadline, std::optional<Result<>>& into) -> Task<void> {
    into = co_await to.write(std::string(200'000, 'x'), deadline);
  };
  spawn(gate_, write(*stream, reactor_.now() + std::chrono::seconds(1), result));
  settle();
  EXPECT_FALSE(result);
  clock_.advance(std::chrono::milliseconds(1001));
  settle();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().reason, Reason::timed_out);
}

TEST_F(ClientSessionTest, TellsThePeerOfACancelledStream) {
  auto stream = get();
  settle();
  stream->cancel();
  settle();
  EXPECT_EQ(peer_->requests[1].reset_code, NGHTTP2_CANCEL);
  EXPECT_EQ(run(stream->receive_head()).error().reason, Reason::cancelled);
}

TEST_F(ClientSessionTest, ResetsAStreamDroppedBeforeItsEnd) {
  {
    auto stream = post();
    settle();
  }
  settle();
  EXPECT_EQ(peer_->requests[1].reset_code, NGHTTP2_CANCEL);
}

TEST_F(ClientSessionTest, CallsARefusedStreamSafeToRetry) {
  auto stream = get();
  settle();
  nghttp2_submit_rst_stream(peer_->session(), NGHTTP2_FLAG_NONE, 1, NGHTTP2_REFUSED_STREAM);
  flush();
  const auto result = run(stream->receive_head());
  EXPECT_EQ(result.error().reason, Reason::unavailable);
  EXPECT_EQ(result.error().retry, Retry::safe);
}

TEST_F(ClientSessionTest, CallsAResetStreamUnsafeToRetry) {
  auto stream = get();
  settle();
  nghttp2_submit_rst_stream(peer_->session(), NGHTTP2_FLAG_NONE, 1, NGHTTP2_INTERNAL_ERROR);
  flush();
  const auto result = run(stream->receive_head());
  EXPECT_EQ(result.error().reason, Reason::reset);
  EXPECT_EQ(result.error().retry, Retry::unsafe);
}

TEST_F(ClientSessionTest, FinishesOpenStreamsButTakesNoNewOnesAfterGoaway) {
  auto stream = get();
  settle();
  nghttp2_submit_goaway(peer_->session(), NGHTTP2_FLAG_NONE, 1, NGHTTP2_NO_ERROR, nullptr, 0);
  flush();
  EXPECT_TRUE(session_->is_draining());
  EXPECT_EQ(session_->open(RequestHead{}, MessageBody::none).error().retry, Retry::safe);
  peer_->respond(1, {{":status", "200"}}, "late");
  flush();
  EXPECT_EQ(run(read_body(*stream)).value(), "late");
}

TEST_F(ClientSessionTest, FailsOpenStreamsWhenThePeerCloses) {
  auto stream = get();
  std::optional<Result<std::string>> body;
  spawn(gate_, note_read(*stream, body));
  settle();
  peer_->close();
  settle();
  ASSERT_TRUE(body);
  EXPECT_EQ(body->error().reason, Reason::closed);
  ASSERT_TRUE(end_);
  EXPECT_EQ(session_->open(RequestHead{}, MessageBody::none).error().reason, Reason::unavailable);
}

TEST_F(ClientSessionTest, EndsOnBytesThatAreNotHttp2) {
  run(peer_->send_raw("HTTP/1.1 400 Bad Request\r\n\r\n" + std::string(20'000, 'x')));
  settle();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::malformed);
}

TEST_F(ClientSessionTest, EndsOnAHeadForAStreamThatWasNeverOpened) {
  // A HEADERS frame for stream 7, ":status: 200" from the static table, END_STREAM and END_HEADERS.
  run(peer_->send_raw(std::string("\0\0\1\1\5\0\0\0\7\x88", 10)));
  settle();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::malformed);
}

TEST_F(ClientSessionTest, StreamsThatOutliveTheSessionFail) {
  auto stream = post();
  settle();
  run(session_->close());
  EXPECT_EQ(run(stream->write("x")).error().reason, Reason::cancelled);
  EXPECT_EQ(run(stream->receive_head()).error().reason, Reason::cancelled);
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::cancelled);
}

// A connection whose window is that of two streams.
class SmallWindowTest : public ClientSessionTest {
 protected:
  SmallWindowTest()
      : ClientSessionTest({.settings = {.stream_window = 100'000, .connection_window = 200'000}, .keepalive = {}}) {}
};

TEST_F(SmallWindowTest, GivesTheWindowOfDroppedStreamsBack) {
  peer_->on_request = [&](int32_t id) { peer_->respond(id, {{":status", "200"}}, std::string(100'000, 'x')); };
  for (int i = 0; i < 8; ++i) {
    auto stream = get();
    settle();
    EXPECT_EQ(peer_->sent_of_body(2 * i + 1), 100'000u);
  }
}

// The same with a PING after ten quiet seconds.
class KeepaliveTest : public ClientSessionTest {
 protected:
  KeepaliveTest() : ClientSessionTest({.settings = {}, .keepalive = std::chrono::seconds(10)}) {}
};

TEST_F(KeepaliveTest, StaysOpenWhileThePeerAnswersPings) {
  for (int i = 0; i < 10; ++i) {
    clock_.advance(std::chrono::seconds(10));
    settle();
  }
  EXPECT_FALSE(end_);
}

TEST_F(KeepaliveTest, GivesUpASilentPeer) {
  peer_->is_deaf = true;
  clock_.advance(std::chrono::milliseconds(10'001));
  settle();
  EXPECT_FALSE(end_);
  clock_.advance(std::chrono::milliseconds(10'001));
  settle();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::timed_out);
}

}  // namespace
}  // namespace weft::http::h2
