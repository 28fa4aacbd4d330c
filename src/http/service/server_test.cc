#include "http/service/server.h"

#include <gtest/gtest.h>

#include "http/service/client.h"

namespace weft::http {
namespace {

using runtime::Task;

// Answers by path: "/echo" the body, "/watch" a stream of lines until told to end, "/none" nothing.
class TestHandler final : public Handler {
 public:
  explicit TestHandler(runtime::Reactor& reactor) : news(reactor) {}

  Task<void> handle(Exchange& exchange) override {
    const std::string_view path = exchange.request().path;
    if (path == "/echo") return echo(exchange);
    if (path == "/watch") return watch(exchange);
    return nothing();
  }

  runtime::Signal news;
  int lines = 0;
  bool watch_ended = false;

 private:
  Task<void> echo(Exchange& exchange) {
    auto body = co_await exchange.read_body(10);
    if (!body) {
      (void)co_await exchange.respond(413, "text/plain", "too large");
      co_return;
    }
    (void)co_await exchange.respond(200, "text/plain", *body);
  }
  Task<void> watch(Exchange& exchange) {
    (void)co_await exchange.start_stream(200, "application/json");
    exchange.wake_on_hang_up(news);
    while (!exchange.should_end()) {
      co_await news.wait();
      news.reset();
      for (; lines > 0; --lines) (void)co_await exchange.send("{\"line\":1}\n");
    }
    watch_ended = true;
    (void)co_await exchange.end_stream();
  }
  Task<void> nothing() { co_return; }
};

// A server on loopback with its clients on the same reactor.
class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    server_ = std::make_unique<Server>(
        reactor_, net::Listener::bind(reactor_, *net::Address::parse("127.0.0.1:0")).value(), handler_);
    server_->start();
  }
  ~ServerTest() override { reactor_.run_until_done(server_->close(reactor_.now() + std::chrono::seconds(5))); }

  Result<Reply> ask(Request request) {
    return reactor_.run_until_done(fetch(reactor_, server_->local_address(), std::move(request)));
  }
  void turn_until(const bool& flag) {
    for (int i = 0; i < 1000 && !flag; ++i) reactor_.turn(std::chrono::milliseconds(10));
  }

  const SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  TestHandler handler_{reactor_};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersWithWhatTheHandlerResponds) {
  const auto reply = ask({.method = "POST", .path = "/echo", .body = "hello"});
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(reply->headers.get(HeaderId::content_type), "text/plain");
}

TEST_F(ServerTest, BoundsWholeBodies) {
  EXPECT_EQ(ask({.method = "POST", .path = "/echo", .body = std::string(11, 'x')})->status, 413);
  EXPECT_EQ(ask({.method = "POST", .path = "/echo", .body = std::string(3'000'000, 'x')})->status, 413);
}

TEST_F(ServerTest, AnswersForAHandlerThatSaysNothing) {
  EXPECT_EQ(ask({.path = "/none"})->status, 500);
}

Task<std::string> read_lines(LiveReply& reply, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const auto line = co_await reply.next_line();
    if (!line || !*line) break;
    lines += **line + ";";
  }
  co_return lines;
}

TEST_F(ServerTest, StreamsLinesAtOnceAndNoticesThatTheClientLeft) {
  auto live = reactor_.run_until_done(LiveReply::open(reactor_, server_->local_address(), {.path = "/watch"}));
  ASSERT_TRUE(live) << live.error().detail;
  handler_.lines = 2;
  handler_.news.set();
  EXPECT_EQ(reactor_.run_until_done(read_lines(**live, 2)), "{\"line\":1};{\"line\":1};");
  live->reset();
  turn_until(handler_.watch_ended);
  EXPECT_TRUE(handler_.watch_ended);
}

TEST_F(ServerTest, AsksStreamsToEndWhenItCloses) {
  auto live = reactor_.run_until_done(LiveReply::open(reactor_, server_->local_address(), {.path = "/watch"}));
  ASSERT_TRUE(live);
  reactor_.run_until_done(server_->close(reactor_.now() + std::chrono::seconds(5)));
  EXPECT_TRUE(handler_.watch_ended);
  EXPECT_EQ(reactor_.run_until_done(read_lines(**live, 1)), "");
}

TEST_F(ServerTest, TellsAClientThatNobodyListens) {
  const net::Address address = server_->local_address();
  reactor_.run_until_done(server_->close(reactor_.now() + std::chrono::seconds(5)));
  server_ = std::make_unique<Server>(
      reactor_, net::Listener::bind(reactor_, *net::Address::parse("127.0.0.1:0")).value(), handler_);
  const auto reply = reactor_.run_until_done(fetch(reactor_, address, {}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().reason, Reason::refused);
}

}  // namespace
}  // namespace weft::http
