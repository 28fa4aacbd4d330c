#include "http/h1/server_connection.h"

#include <gtest/gtest.h>

#include "base/room_for_test.h"
#include "net/memory_stream.h"
#include "runtime/gate.h"

namespace weft::http::h1 {
namespace {

using runtime::Task;

// One server connection, its client a stream in memory, and a manual clock.
class ServerConnectionTest : public testing::Test {
 protected:
  ServerConnectionTest() {
    std::tie(client_, server_) = net::MemoryStream::connected(reactor_, 1 << 20);
    connection_ = std::make_unique<ServerConnection>(reactor_, *server_, options_);
  }
  ~ServerConnectionTest() override {
    server_->cancel();
    turn();
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void turn() {
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
  }
  void advance(Duration by) {
    clock_.advance(by);
    turn();
  }
  void send(std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(client_->try_write({&part, 1}).size, bytes.size());
    turn();
  }
  // Everything that the server has sent since the last call.
  std::string received() {
    std::string all(1 << 20, '\0');
    const net::Io io = client_->try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }
  bool ended() {
    char byte;
    return client_->try_read({&byte, 1}).at_end();
  }

  // Answers every request with its path and body, until the connection is over.
  Task<void> echo() {
    RequestHead head;
    for (;;) {
      const auto next = co_await connection_->next_request(head);
      if (!next && connection_->violation()) (void)co_await connection_->refuse(connection_->violation().status, "no");
      if (!next || !*next) break;
      std::string text = head.path + ":";
      for (BodyPiece piece; reads_bodies_ && !piece.is_last();) {
        const auto read = co_await connection_->read_body();
        if (!read) {
          error_ = read.error().reason;
          break;
        }
        piece = *read;
        text += piece.data;
      }
      ResponseHead response;
      connection_->start_response(response, length_ ? *length_ : BodyLength::known(text.size()));
      if (!co_await connection_->write_body(text, Part::last)) break;
    }
    co_await connection_->linger();
    over_ = true;
  }
  void start_echo() {
    spawn(gate_, echo());
    turn();
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  ServerOptions options_;
  std::unique_ptr<net::MemoryStream> client_;
  std::unique_ptr<net::MemoryStream> server_;
  std::unique_ptr<ServerConnection> connection_;
  std::optional<BodyLength> length_;
  std::optional<Reason> error_;
  bool reads_bodies_ = true;
  bool over_ = false;
};

TEST_F(ServerConnectionTest, AnswersOneRequestAfterAnother) {
  start_echo();
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/1:");
  send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_EQ(received(), "");
  send("lo");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n/2:hello");
  EXPECT_FALSE(over_);
}

TEST_F(ServerConnectionTest, GrantsConnectWithABareHeadAndKeepsWhatFollowsIt) {
  RequestHead head;
  send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nearly");
  ASSERT_TRUE(*reactor_.run_until_done(connection_->next_request(head)));
  EXPECT_EQ(connection_->wanted_tunnel(), TunnelKind::connect);
  connection_->start_response({}, BodyLength::known(0));
  ASSERT_TRUE(reactor_.run_until_done(connection_->write_body({}, Part::last)));
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(connection_->raw().early->readable(), "early");
}

// What a client sent into a tunnel that it was not given is no request (smuggling by optimistic transition).
TEST_F(ServerConnectionTest, EndsTheConnectionWhenConnectIsRefused) {
  RequestHead head;
  send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(*reactor_.run_until_done(connection_->next_request(head)));
  ResponseHead refused;
  refused.status = 404;
  connection_->start_response(refused, BodyLength::none());
  ASSERT_TRUE(reactor_.run_until_done(connection_->write_body({}, Part::last)));
  EXPECT_EQ(received(), "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  EXPECT_FALSE(*reactor_.run_until_done(connection_->next_request(head)));
}

TEST_F(ServerConnectionTest, AnswersPipelinedRequestsInOrderAndTheBadOneLast) {
  start_echo();
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  send(requests + "X\r\n\r\n");
  const std::string good = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/x:";
  const std::string all = received();
  ASSERT_GT(all.size(), good.size() * 1000);
  for (size_t i = 0; i < 1000; ++i) ASSERT_EQ(all.substr(i * good.size(), good.size()), good);
  EXPECT_TRUE(all.substr(good.size() * 1000).starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(ServerConnectionTest, RestsOnlyBetweenRequestsAndWithoutBytes) {
  Buffers taken;
  start_echo();
  EXPECT_TRUE(connection_->may_rest());
  send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_FALSE(connection_->may_rest());
  send("lo");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n/2:hello");
  EXPECT_TRUE(connection_->may_rest());
  connection_->swap_buffers(taken);
  EXPECT_GT(taken.received.capacity(), 0u);
  send("GET");
  EXPECT_FALSE(connection_->may_rest());
}

TEST_F(ServerConnectionTest, ReadsChunkedBodiesWithTheirTrailers) {
  start_echo();
  send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n/:abcde");
  EXPECT_EQ(connection_->request_trailers().get("x-t"), "1");
}

TEST_F(ServerConnectionTest, SendsContinueOnlyWhenTheBodyIsWanted) {
  start_echo();
  send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 100 Continue\r\n\r\n");
  send("ok");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n/a:ok");
}

TEST_F(ServerConnectionTest, ClosesWhenAClientThatAwaitsContinueIsAnsweredAtOnce) {
  reads_bodies_ = false;
  start_echo();
  send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/a:");
  EXPECT_TRUE(ended());
}

TEST_F(ServerConnectionTest, SkipsAnUnreadBodyAndNeverTakesItForARequest) {
  reads_bodies_ = false;
  start_echo();
  const std::string inner = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner +
       "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(),
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/1:HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/2:");
}

TEST_F(ServerConnectionTest, EndsTheConnectionWhenAnUnreadBodyIsLarge) {
  reads_bodies_ = false;
  start_echo();
  send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/1:");
  EXPECT_TRUE(ended());
  EXPECT_FALSE(over_);  // it lingers, so that the client can read the answer
  advance(std::chrono::seconds(3));
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, RefusesWhatIsNoRequestAndCloses) {
  start_echo();
  send("GET / HTTP/1.1\r\nHost : a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(),
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
  EXPECT_TRUE(ended());
}

TEST_F(ServerConnectionTest, AHeadThatHasEndedNeedsNoRoom) {
  RoomForTest none;
  options_.guard = &none;
  start_echo();
  send("GET /a HTTP/1.1\r\nHost: t\r\n\r\nGET /b HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(none.asked, 0u);
  const std::string answers = received();
  EXPECT_TRUE(answers.find("/a:") != answers.npos && answers.find("/b:") != answers.npos) << answers;
}

TEST_F(ServerConnectionTest, AHeadThatIsWaitedForWithoutRoomIsRefusedAtOnce) {
  RoomForTest none;
  options_.guard = &none;
  start_echo();
  send("GET /a HTTP/1.1\r\nHost: t\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_TRUE(ended());
}

TEST_F(ServerConnectionTest, AHeadAsksOnceAndAgainWheneverItsBufferGrows) {
  RoomForTest room;
  room.is_open = true;
  options_.guard = &room;
  start_echo();
  send("GET /a HTTP/1.1\r\nHost: t\r\nX: ");
  const size_t first = room.asked;
  EXPECT_GT(first, 0u);
  send("more");
  EXPECT_EQ(room.asked, first);
  send(std::string(first, 'x'));
  EXPECT_GT(room.asked, first);
  send("\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerConnectionTest, AnswersASlowHeadWith408) {
  start_echo();
  send("GET / HTTP/1.1\r\nHo");
  advance(std::chrono::seconds(5));
  send("st: a\r\n");
  EXPECT_EQ(received(), "");
  advance(std::chrono::seconds(6));
  EXPECT_TRUE(received().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(ServerConnectionTest, EndsAnIdleConnectionWithoutAWord) {
  start_echo();
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  received();
  advance(std::chrono::seconds(3601));
  EXPECT_EQ(received(), "");
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, KeepsHttp10OnlyOnRequest) {
  start_echo();
  send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: keep-alive\r\n\r\n/1:");
  send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/2:");
  EXPECT_TRUE(ended());
}

TEST_F(ServerConnectionTest, SendsNoChunksToHttp10) {
  length_ = BodyLength::chunked();
  start_echo();
  send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n/1:");
  EXPECT_TRUE(ended());
}

TEST_F(ServerConnectionTest, FramesChunkedAnswersInOnePiece) {
  length_ = BodyLength::chunked();
  start_echo();
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n/1:\r\n0\r\n\r\n");
}

TEST_F(ServerConnectionTest, SendsHeadsWithoutBodiesToHead) {
  start_echo();
  send("HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n/2:");
}

TEST_F(ServerConnectionTest, ReportsABodyThatWasCutOff) {
  start_echo();
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
  client_->finish_writing();
  turn();
  EXPECT_EQ(error_, Reason::closed);
}

TEST_F(ServerConnectionTest, DoesNotLingerForWhoGoesOnSending) {
  start_echo();
  send("no request\r\n\r\n");
  const std::string more(64 * 1024, 'x');
  int sent = 0;
  for (; !over_ && sent < 128; ++sent) send(more);
  EXPECT_EQ(sent, 64);  // four mebibytes
}

TEST_F(ServerConnectionTest, DrainsIdleConnectionsAtOnce) {
  start_echo();
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  connection_->drain();
  turn();
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, WaitsForTheFirstRequestOfAClientEvenWhenItDrains) {
  start_echo();
  connection_->drain();
  advance(std::chrono::seconds(1));
  EXPECT_FALSE(over_);
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/1:");
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, AnswersARequestThatComesJustAsItDrains) {
  start_echo();
  const std::string_view request = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const iovec part{const_cast<char*>(request.data()), request.size()};
  (void)client_->try_write({&part, 1});  // there, but not noticed yet
  connection_->drain();
  turn();
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/1:");
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, StaysOpenUntilItsNextResponseHasAnnouncedTheClose) {
  start_echo();
  connection_->announce_close();
  advance(std::chrono::minutes(1));
  EXPECT_FALSE(over_);
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/1:");
  EXPECT_TRUE(over_);
}

TEST_F(ServerConnectionTest, KeepsAPromiseOfAnotherRequestThatAResponseHasMade) {
  RequestHead head;
  ResponseHead ok;
  ok.status = 200;
  send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(*reactor_.run_until_done(connection_->next_request(head)));
  connection_->start_response(ok, BodyLength::known(1));
  connection_->announce_close();  // too late for this one
  ASSERT_TRUE(reactor_.run_until_done(connection_->write_body("x", Part::last)));
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
  send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(*reactor_.run_until_done(connection_->next_request(head)));
  connection_->start_response(ok, BodyLength::known(1));
  ASSERT_TRUE(reactor_.run_until_done(connection_->write_body("y", Part::last)));
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\ny");
  EXPECT_FALSE(*reactor_.run_until_done(connection_->next_request(head)));
}

TEST_F(ServerConnectionTest, DrainsBusyConnectionsAfterTheirResponse) {
  start_echo();
  send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\no");
  connection_->drain();
  turn();
  EXPECT_FALSE(over_);
  send("k");
  EXPECT_EQ(received(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n/1:ok");
  EXPECT_TRUE(over_);
}

// A connection that may turn out to be HTTP/2.
class ConnectionOfEitherVersion : public ServerConnectionTest {
 protected:
  ConnectionOfEitherVersion() { options_.http2 = ServerOptions::Http2::noticed; }
};

Task<void> expect_no_request(ServerConnection& connection) {
  RequestHead head;
  const auto next = co_await connection.next_request(head);
  EXPECT_TRUE(next && !*next);
}

TEST_F(ConnectionOfEitherVersion, notices_the_preface_by_its_first_line_and_keeps_its_bytes) {
  runtime::spawn(gate_, expect_no_request(*connection_));
  send("PRI * HTTP/2.0\r");
  EXPECT_FALSE(connection_->wants_http2());
  EXPECT_EQ(received(), "");
  send("\n\r\nmore");  // whether the rest is right, HTTP/2 will say
  EXPECT_TRUE(connection_->wants_http2());
  EXPECT_EQ(connection_->raw().early->readable(), "PRI * HTTP/2.0\r\n\r\nmore");
}

TEST_F(ConnectionOfEitherVersion, is_http1_when_the_first_bytes_are) {
  runtime::spawn(gate_, echo());
  send("P");
  send("OST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(connection_->wants_http2());
}

TEST_F(ConnectionOfEitherVersion, takes_no_preface_after_a_request) {
  runtime::spawn(gate_, echo());
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_NE(received().find("HTTP/1.1 400 "), std::string::npos);
}

}  // namespace
}  // namespace weft::http::h1
