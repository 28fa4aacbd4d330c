#include "http/h1/client_connection.h"

#include <gtest/gtest.h>

#include "net/memory_stream.h"
#include "runtime/gate.h"

namespace weft::http::h1 {
namespace {

using runtime::Task;

// One client connection; the endpoint is a stream in memory.
class ClientConnectionTest : public testing::Test {
 protected:
  ClientConnectionTest() {
    std::tie(endpoint_, client_) = net::MemoryStream::connected(reactor_, 1 << 20);
    connection_ = std::make_unique<ClientConnection>(*client_, options_);
    request_.authority = "a";
  }
  ~ClientConnectionTest() override {
    client_->cancel();
    turn();
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void turn() {
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
  }
  void answer(std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    ASSERT_EQ(endpoint_->try_write({&part, 1}).size, bytes.size());
    turn();
  }
  std::string received() {
    std::string all(1 << 20, '\0');
    const net::Io io = endpoint_->try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }

  Task<void> exchange() {
    body_.clear();
    error_.reset();
    done_ = false;
    connection_->start_request(request_, BodyLength::none());
    if (auto written = co_await connection_->write_body({}, Part::last); !written) co_return note(written.error());
    do {
      if (auto read = co_await connection_->read_head(response_); !read) co_return note(read.error());
      statuses_.push_back(response_.status);
    } while (response_.is_informational() && response_.status != 101);
    for (BodyPiece piece; !piece.is_last();) {
      auto read = co_await connection_->read_body();
      if (!read) co_return note(read.error());
      piece = *read;
      body_ += piece.data;
    }
    done_ = true;
  }
  void note(Error error) { error_ = std::move(error); }
  void start() {
    spawn(gate_, exchange());
    turn();
  }
  // One exchange with this answer; false if it failed.
  bool run(std::string_view text) {
    start();
    answer(text);
    return done_;
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  ClientOptions options_;
  std::unique_ptr<net::MemoryStream> endpoint_;
  std::unique_ptr<net::MemoryStream> client_;
  std::unique_ptr<ClientConnection> connection_;
  RequestHead request_;
  ResponseHead response_;
  std::vector<int> statuses_;
  std::string body_;
  std::optional<Error> error_;
  bool done_ = false;
};

TEST_F(ClientConnectionTest, is_not_reusable_once_it_was_cancelled) {
  EXPECT_TRUE(run("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(connection_->reusable());
  connection_->cancel_target().cancel();  // its client left while the last of the response was on its way
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, ExchangesOneAfterAnotherAndMayBeReused) {
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  EXPECT_EQ(received(), "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(body_, "ok");
  EXPECT_TRUE(connection_->reusable());
  ASSERT_TRUE(run("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"));
  EXPECT_EQ(response_.status, 404);
  EXPECT_EQ(body_, "x");
  EXPECT_TRUE(connection_->reusable());
}

TEST_F(ClientConnectionTest, PassesInformationalResponsesInOrder) {
  ASSERT_TRUE(
      run("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_EQ(statuses_, (std::vector<int>{103, 100, 204}));
  EXPECT_TRUE(connection_->reusable());
}

TEST_F(ClientConnectionTest, GivesUpOnEndlessInformationalResponses) {
  std::string hints;
  for (int i = 0; i < 40; ++i) hints += "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_FALSE(run(hints));
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->reason, Reason::malformed);
  EXPECT_EQ(error_->side, Side::endpoint);
}

TEST_F(ClientConnectionTest, IsNotReusedAfterCloseOrAnAmbiguousEnd) {
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(connection_->reusable());
  ASSERT_TRUE(run("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_FALSE(connection_->reusable());
  ASSERT_TRUE(run("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, IsNotReusedWhenBytesFollowTheResponse) {
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"));
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, NoticesAnIdleConnectionThatSpeaksOrHangsUp) {
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(connection_->is_quiet());
  answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  EXPECT_FALSE(connection_->is_quiet());
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, IsNotReusedBeforeTheRequestIsWhollySent) {
  connection_->start_request(request_, BodyLength::known(10));
  spawn(gate_, [](ClientConnection& connection, ResponseHead& head) -> Task<void> {
    EXPECT_TRUE(co_await connection.write_body("half.", Part::more));
    EXPECT_TRUE(co_await connection.read_head(head));
  }(*connection_, response_));
  answer("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(response_.status, 413);
  EXPECT_FALSE(connection_->request_is_sent());
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, EndsABodyAtTheCloseWhereThatIsItsFraming) {
  start();
  answer("HTTP/1.1 200 OK\r\n\r\nall of ");
  answer("it");
  EXPECT_FALSE(done_);
  endpoint_->finish_writing();
  turn();
  EXPECT_TRUE(done_);
  EXPECT_EQ(body_, "all of it");
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, MayRetryOnlyWhileNothingHasBeenAnswered) {
  start();
  endpoint_->finish_writing();
  turn();
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->reason, Reason::closed);
  EXPECT_EQ(error_->retry, Retry::safe);
}

TEST_F(ClientConnectionTest, MayNotRetryAfterTheFirstByte) {
  start();
  answer("H");
  endpoint_->reset();
  turn();
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->reason, Reason::reset);
  EXPECT_EQ(error_->retry, Retry::unsafe);
}

TEST_F(ClientConnectionTest, TimesOutAtItsDeadline) {
  connection_->set_deadline(reactor_.now() + std::chrono::seconds(1));
  start();
  clock_.advance(std::chrono::seconds(2));
  turn();
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->reason, Reason::timed_out);
  EXPECT_EQ(error_->retry, Retry::unsafe);
}

TEST_F(ClientConnectionTest, BecomesATunnelAt101AndKeepsTheBytesBehindIt) {
  request_.headers.add("upgrade", "websocket");
  ASSERT_TRUE(run("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nframe"));
  EXPECT_TRUE(connection_->framing().wants_upgrade);
  EXPECT_EQ(connection_->raw().early->readable(), "frame");
  EXPECT_FALSE(connection_->reusable());
  EXPECT_EQ(received(), "GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n");
}

TEST_F(ClientConnectionTest, BecomesATunnelWhenConnectIsGranted) {
  request_.method = "CONNECT";
  request_.authority = "db:5432";
  request_.path.clear();
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\n\r\nhello"));
  EXPECT_EQ(received(), "CONNECT db:5432 HTTP/1.1\r\nhost: db:5432\r\n\r\n");
  EXPECT_EQ(connection_->raw().early->readable(), "hello");
  EXPECT_FALSE(connection_->reusable());
}

TEST_F(ClientConnectionTest, StaysAConnectionWhenConnectIsRefused) {
  request_.method = "CONNECT";
  request_.authority = "db:5432";
  request_.path.clear();
  ASSERT_TRUE(run("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
  EXPECT_EQ(body_, "no");
  EXPECT_TRUE(connection_->reusable());
}

TEST_F(ClientConnectionTest, IgnoresTheBodyLengthOfAnswersToHead) {
  request_.method = "HEAD";
  ASSERT_TRUE(run("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  EXPECT_EQ(body_, "");
  EXPECT_TRUE(connection_->reusable());
}

TEST_F(ClientConnectionTest, RefusesChunksThatDoNotParse) {
  EXPECT_FALSE(run("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"));
  EXPECT_EQ(error_->reason, Reason::malformed);
}

}  // namespace
}  // namespace weft::http::h1
