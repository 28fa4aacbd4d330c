#include "node/api_client/object_watch.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "http/service/server.h"

namespace weft::node {
namespace {

using api::Json;
using runtime::Task;

// weftd as far as a watch sees it: one collection, whose watches end when the test says so.
class FakeApi final : public http::Handler {
 public:
  explicit FakeApi(runtime::Reactor& reactor) : news(reactor) {}

  Task<void> handle(http::Exchange& exchange) override {
    if (exchange.request().path == "/things") {
      ++lists;
      (void)co_await exchange.respond(200, "application/json", list);
      co_return;
    }
    watched.push_back(exchange.request().path);
    (void)co_await exchange.start_stream(200, "application/json");
    exchange.wake_on_hang_up(news);
    while (!exchange.should_end() && !ends) {
      co_await news.wait();
      news.reset();
      const std::string out = std::exchange(events, "");
      if (!out.empty()) (void)co_await exchange.send(out);
    }
    ends = false;
    (void)co_await exchange.end_stream();
  }

  std::string list = R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}}]})";
  std::string events;
  bool ends = false;
  runtime::Signal news;
  int lists = 0;
  std::vector<std::string> watched;
};

// Writes down what it is told.
class Notes final : public ObjectObserver {
 public:
  void on_all(std::vector<Json> objects) override {
    std::string line = "all";
    for (const auto& object : objects) line += " " + object["metadata"]["name"].get<std::string>();
    lines.push_back(line);
  }
  void on_changed(Json object) override { lines.push_back("changed " + object["metadata"]["name"].get<std::string>()); }
  void on_deleted(Json object) override { lines.push_back("deleted " + object["metadata"]["name"].get<std::string>()); }

  std::vector<std::string> lines;
};

// The fake API on a socket of its own, and a watch of it, on one reactor.
class ObjectWatchTest : public testing::Test {
 protected:
  ObjectWatchTest() {
    char pattern[] = "/tmp/weft-watch-XXXXXX";
    folder_ = mkdtemp(pattern);
    control_plane_ = std::make_unique<ControlPlane>(reactor_, folder_ + "/api.sock");
    watch_ = std::make_unique<ObjectWatch>(*control_plane_, "/things", notes_);
  }
  ~ObjectWatchTest() override {
    reactor_.run_until_done(watch_->stop());
    stop_server();
    std::filesystem::remove_all(folder_);
  }
  void start_server() {
    auto listener = net::Listener::bind(reactor_, net::Address::unix_path(folder_ + "/api.sock"));
    server_ = std::make_unique<http::Server>(reactor_, *std::move(listener), api_);
    server_->start();
  }
  void stop_server() {
    if (server_) reactor_.run_until_done(server_->close(reactor_.now() + std::chrono::seconds(5)));
    server_.reset();
  }
  void send(const std::string& events) {
    api_.events = events;
    api_.news.set();
  }
  void await_lines(size_t count) {
    for (int turns = 0; notes_.lines.size() < count && turns < 10'000; ++turns)
      reactor_.turn(std::chrono::milliseconds(10));
    ASSERT_GE(notes_.lines.size(), count);
  }
  void await_watch(size_t count) {
    for (int turns = 0; api_.watched.size() < count && turns < 10'000; ++turns)
      reactor_.turn(std::chrono::milliseconds(10));
    ASSERT_EQ(api_.watched.size(), count);
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  FakeApi api_{reactor_};
  Notes notes_;
  std::string folder_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<ControlPlane> control_plane_;
  std::unique_ptr<ObjectWatch> watch_;
};

TEST_F(ObjectWatchTest, tells_the_list_and_then_each_change_from_its_version_on) {
  start_server();
  watch_->start();
  await_watch(1);
  EXPECT_EQ(api_.watched[0], "/things?watch=1&allowWatchBookmarks=true&resourceVersion=7");
  send(R"({"type":"ADDED","object":{"metadata":{"name":"b"}}})"
       "\n"
       R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})"
       "\n"
       R"({"type":"DELETED","object":{"metadata":{"name":"a"}}})"
       "\n");
  await_lines(3);
  EXPECT_EQ(notes_.lines, (std::vector<std::string>{"all a", "changed b", "deleted a"}));
  EXPECT_TRUE(watch_->synced().is_set());
}

TEST_F(ObjectWatchTest, lists_again_when_the_stream_ends_or_is_too_old) {
  start_server();
  watch_->start();
  await_watch(1);
  api_.list = R"({"metadata":{"resourceVersion":"8"},"items":[]})";
  api_.ends = true;
  api_.news.set();
  await_watch(2);
  EXPECT_EQ(notes_.lines, (std::vector<std::string>{"all a", "all"}));
  send(R"({"type":"ERROR","object":{"code":410}})"
       "\n");
  await_watch(3);
  EXPECT_EQ(api_.lists, 3);
}

TEST_F(ObjectWatchTest, waits_for_a_server_that_is_not_there_yet) {
  watch_->start();
  reactor_.turn(std::chrono::milliseconds(20));
  EXPECT_FALSE(watch_->synced().is_set());
  start_server();
  await_lines(1);
  EXPECT_EQ(notes_.lines, std::vector<std::string>{"all a"});
}

}  // namespace
}  // namespace weft::node
