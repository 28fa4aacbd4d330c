#include "http/h2/server_connection.h"

#include <gtest/gtest.h>

#include "http/h2/client_session.h"
#include "net/memory_stream.h"
#include "runtime/gate.h"

namespace weft::http::h2 {
namespace {

using runtime::Task;

// A client and a server of ours, joined in memory, on a clock that the test moves. The test is the handler.
class Http2ServerTest : public testing::Test, public RequestHandler {
 protected:
  Http2ServerTest() : gate_(reactor_) {
    options_.settings.takes_connect_protocol = true;
    std::unique_ptr<net::MemoryStream> near;
    std::tie(near, far_) = net::MemoryStream::connected(reactor_, 1 << 20);
    client_ = std::make_unique<ClientSession>(reactor_, std::move(near), ClientOptions{});
    server_ = std::make_unique<ServerConnection>(reactor_, *far_, options_, *this);
    runtime::spawn(gate_, run_client());
    runtime::spawn(gate_, run_server());
    turn();
  }
  ~Http2ServerTest() override {
    for (ServerStream* stream : requests_) stream->release();
    client_->end();
    outlast_linger();
    EXPECT_EQ(gate_.inside(), 0u);
  }

  void on_request(ServerStream& stream) override { requests_.push_back(&stream); }
  Task<void> run_client() { (void)co_await client_->run(); }
  Task<void> run_server() { server_end_ = co_await server_->run({}); }
  void turn() {
    for (int i = 0; i < 50; ++i) reactor_.turn(Duration::zero());
  }
  // The client's socket stays open in these tests until everything is over.
  void outlast_linger() {
    turn();
    clock_.advance(options_.linger_time + std::chrono::seconds(1));
    turn();
  }
  template <class T>
  T run(Task<T> task) {
    return reactor_.run_until_done(std::move(task));
  }

  std::unique_ptr<ClientStream> ask(const char* method, MessageBody body, const Headers& headers = {}) {
    RequestHead head;
    head.method = method;
    head.authority = "web";
    head.path = "/a?b";
    head.headers = headers;
    auto stream = client_->new_stream();
    stream->start_request(head, body);
    turn();
    return stream;
  }
  // Answers the request and is done with it.
  void answer(ServerStream& stream, uint16_t status, std::string_view body) {
    ResponseHead head;
    head.status = status;
    head.headers.add("x-kind", "test");
    stream.start_response(head, BodyLength::known(body.size()));
    EXPECT_TRUE(run(stream.write_body(body, Part::last)));
    done(stream);
  }
  void done(ServerStream& stream) {
    std::erase(requests_, &stream);
    stream.release();
    turn();
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_;
  ServerOptions options_;
  std::unique_ptr<net::MemoryStream> far_;
  std::unique_ptr<ClientSession> client_;
  std::unique_ptr<ServerConnection> server_;
  std::vector<ServerStream*> requests_;
  std::optional<Error> server_end_;
};

TEST_F(Http2ServerTest, hands_out_a_request_and_carries_its_answer) {
  auto asked = ask("GET", MessageBody::none);
  ASSERT_EQ(requests_.size(), 1u);
  const RequestHead& head = requests_[0]->head();
  EXPECT_EQ(head.method + " " + head.scheme + " " + head.authority + " " + head.path, "GET http web /a?b");
  EXPECT_EQ(requests_[0]->request_length(), BodyLength::none());
  answer(*requests_[0], 200, "hello");
  ResponseHead response;
  ASSERT_TRUE(run(asked->read_head(response)));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("x-kind"), "test");
  const auto piece = run(asked->read_body());
  EXPECT_EQ(piece->data, "hello");
  EXPECT_TRUE(piece->is_last());
  EXPECT_EQ(server_->streams(), 0u);
}

TEST_F(Http2ServerTest, serves_many_requests_at_once_and_in_any_order) {
  auto first = ask("GET", MessageBody::none);
  auto second = ask("GET", MessageBody::none);
  ASSERT_EQ(requests_.size(), 2u);
  answer(*requests_[1], 201, "");
  answer(*requests_[0], 202, "");
  ResponseHead head;
  ASSERT_TRUE(run(first->read_head(head)));
  EXPECT_EQ(head.status, 202);
  ASSERT_TRUE(run(second->read_head(head)));
  EXPECT_EQ(head.status, 201);
}

TEST_F(Http2ServerTest, carries_bodies_and_trailers_both_ways) {
  auto asked = ask("POST", MessageBody::follows);
  ASSERT_TRUE(run(asked->write_body("ping", Part::more)));
  Headers trailers;
  trailers.add("x-end", "1");
  ASSERT_TRUE(run(asked->write_trailers(trailers)));
  turn();
  ServerStream& request = *requests_.at(0);
  const auto piece = run(request.read_body());
  EXPECT_EQ(piece->data, "ping");
  EXPECT_TRUE(piece->is_last());
  EXPECT_EQ(request.request_trailers().get("x-end"), "1");
  // The length stays what the head said once the body has been taken.
  EXPECT_EQ(request.request_length(), BodyLength::chunked());

  request.start_response({}, BodyLength::chunked());
  EXPECT_TRUE(run(request.write_body("pong", Part::more)));
  trailers.set("x-end", "2");
  EXPECT_TRUE(run(request.write_trailers(trailers)));
  done(request);
  ResponseHead head;
  ASSERT_TRUE(run(asked->read_head(head)));
  const auto answered = run(asked->read_body());
  EXPECT_EQ(answered->data, "pong");
  EXPECT_EQ(asked->response_trailers().get("x-end"), "2");
}

TEST_F(Http2ServerTest, joins_cookie_crumbs_and_takes_one_authority) {
  Headers crumbs;
  crumbs.add("cookie", "a=1");
  crumbs.add("cookie", "b=2");
  crumbs.add("host", "WEB");
  auto asked = ask("GET", MessageBody::none, crumbs);
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_EQ(requests_[0]->head().headers.get("cookie"), "a=1; b=2");
  EXPECT_EQ(requests_[0]->head().headers.count("cookie"), 1u);
  EXPECT_FALSE(requests_[0]->head().headers.has("host"));
  answer(*requests_[0], 200, "");
}

TEST_F(Http2ServerTest, refuses_a_host_that_is_not_the_authority) {
  Headers other;
  other.add("host", "elsewhere");
  auto asked = ask("GET", MessageBody::none, other);
  EXPECT_TRUE(requests_.empty());
  ResponseHead head;
  EXPECT_EQ(run(asked->read_head(head)).error().reason, Reason::reset);
}

TEST_F(Http2ServerTest, resets_a_request_with_more_fields_than_it_takes) {
  Headers many;
  for (int i = 0; i < 200; ++i) many.add("x-field", "v");
  auto asked = ask("GET", MessageBody::none, many);
  EXPECT_TRUE(requests_.empty());
  auto next = ask("GET", MessageBody::none);
  EXPECT_EQ(requests_.size(), 1u);  // the connection lives on
  answer(*requests_[0], 200, "");
}

// Notes that it was cancelled.
struct NotedCancel final : runtime::CancelTarget {
  void cancel() override { cancelled = true; }
  bool cancelled = false;
};

TEST_F(Http2ServerTest, tells_who_waits_when_a_client_gives_its_request_up) {
  auto asked = ask("GET", MessageBody::none);
  NotedCancel waiting;
  requests_.at(0)->cancel_when_client_leaves(&waiting);
  asked.reset();
  turn();
  EXPECT_TRUE(waiting.cancelled);
  done(*requests_[0]);
  EXPECT_EQ(server_->streams(), 0u);
}

TEST_F(Http2ServerTest, resets_a_response_that_is_not_whole) {
  auto asked = ask("GET", MessageBody::none);
  requests_.at(0)->start_response({}, BodyLength::known(100));
  EXPECT_TRUE(run(requests_[0]->write_body("part", Part::more)));
  turn();
  done(*requests_[0]);
  ResponseHead head;
  ASSERT_TRUE(run(asked->read_head(head)));
  EXPECT_EQ(run(asked->read_body())->data, "part");
  EXPECT_EQ(run(asked->read_body()).error().reason, Reason::reset);
}

TEST_F(Http2ServerTest, finishes_what_is_open_when_it_drains_and_then_ends) {
  auto asked = ask("GET", MessageBody::none);
  server_->drain();
  turn();
  EXPECT_TRUE(client_->is_draining());
  server_->finish();
  turn();
  answer(*requests_.at(0), 200, "last");
  ResponseHead head;
  EXPECT_TRUE(run(asked->read_head(head)));
  EXPECT_EQ(run(asked->read_body())->data, "last");
  asked.reset();
  outlast_linger();
  ASSERT_TRUE(server_end_);
}

TEST_F(Http2ServerTest, takes_in_what_a_client_sends_while_it_reads_the_last_response) {
  server_->drain();
  server_->finish();
  turn();
  EXPECT_FALSE(server_end_);  // to close now could reset the connection before the client has read everything
  client_->framing().ping();
  client_->pump();
  turn();
  EXPECT_FALSE(server_end_);
  outlast_linger();
  EXPECT_TRUE(server_end_);
}

TEST_F(Http2ServerTest, ends_an_idle_connection_after_its_time) {
  clock_.advance(options_.idle_timeout + std::chrono::seconds(1));
  turn();
  ASSERT_TRUE(server_end_);
  EXPECT_EQ(server_end_->reason, Reason::timed_out);
}

TEST_F(Http2ServerTest, cuts_off_a_client_that_resets_without_end) {
  for (int i = 0; i < 1200 && !server_end_; ++i) {
    auto asked = ask("GET", MessageBody::none);
    asked.reset();
    turn();
    while (!requests_.empty()) done(*requests_.front());
  }
  outlast_linger();
  EXPECT_TRUE(server_end_);
}

class Http2TunnelTest : public Http2ServerTest {
 protected:
  // A tunnel that is open, of a client of ours to the test.
  void open_upgrade() {
    Headers headers;
    headers.add("upgrade", "websocket");
    asked_ = ask("GET", MessageBody::none, headers);
    ASSERT_EQ(requests_.size(), 1u);
    ResponseHead head;
    head.status = 101;
    head.headers.add("upgrade", "websocket");
    requests_[0]->start_response(head, BodyLength::none());
    turn();
    ASSERT_TRUE(run(asked_->read_head(response_)));
  }
  static std::string take(RawConnection end) {
    std::string all(1 << 20, '\0');
    const net::Io io = end.stream->try_read(all);
    all.resize(io.done() ? io.size : 0);
    return all;
  }
  static size_t put(RawConnection end, std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    const net::Io io = end.stream->try_write({&part, 1});
    return io.done() ? io.size : 0;
  }
  static bool has_ended(RawConnection end) {
    char byte;
    return end.stream->try_read({&byte, 1}).at_end();
  }

  std::unique_ptr<ClientStream> asked_;
  ResponseHead response_;
};

TEST_F(Http2TunnelTest, shows_an_extended_connect_as_an_upgrade_on_both_sides) {
  EXPECT_TRUE(run(client_->new_stream()->until_upgradable()));
  open_upgrade();
  const RequestHead& head = requests_[0]->head();
  EXPECT_EQ(head.method + " " + head.path + " " + std::string(*head.headers.get("upgrade")), "GET /a?b websocket");
  EXPECT_EQ(requests_[0]->wanted_tunnel(), TunnelKind::upgrade);
  EXPECT_EQ(requests_[0]->request_length(), BodyLength::none());
  EXPECT_TRUE(requests_[0]->received_body()->is_last());
  EXPECT_EQ(response_.status, 101);
  EXPECT_EQ(response_.headers.get("upgrade"), "websocket");
  EXPECT_TRUE(asked_->received_body()->is_last());
  asked_.reset();
  done(*requests_[0]);
}

TEST_F(Http2TunnelTest, carries_bytes_both_ways_until_each_side_has_finished) {
  open_upgrade();
  const RawConnection near = asked_->raw();
  const RawConnection far = requests_[0]->raw();
  EXPECT_EQ(put(near, "ping"), 4u);
  turn();
  EXPECT_EQ(take(far), "ping");
  near.stream->finish_writing();
  turn();
  EXPECT_TRUE(has_ended(far));
  EXPECT_EQ(put(far, "pong"), 4u);  // the other direction goes on
  far.stream->finish_writing();
  turn();
  EXPECT_EQ(take(near), "pong");
  EXPECT_TRUE(has_ended(near));
  done(*requests_[0]);
  EXPECT_EQ(server_->streams(), 0u);
}

TEST_F(Http2TunnelTest, takes_no_more_than_the_window_and_goes_on_when_it_opens) {
  open_upgrade();
  const RawConnection near = asked_->raw();
  const RawConnection far = requests_[0]->raw();
  const std::string much(300 << 10, 'x');  // the server's window is 256 KiB
  EXPECT_EQ(put(near, much), much.size());
  EXPECT_FALSE(near.stream->readiness().may_be_writable());
  EXPECT_EQ(put(near, "more"), 0u);
  near.stream->finish_writing();  // behind what waits
  turn();
  std::string got = take(far);
  EXPECT_LT(got.size(), much.size());
  turn();
  got += take(far);
  EXPECT_EQ(got.size(), much.size());
  EXPECT_TRUE(near.stream->readiness().may_be_writable());
  EXPECT_TRUE(has_ended(far));
  asked_.reset();
  turn();
  done(*requests_[0]);
}

TEST_F(Http2TunnelTest, that_breaks_is_seen_by_the_other_side) {
  open_upgrade();
  const RawConnection near = asked_->raw();
  requests_[0]->break_off();
  turn();
  char byte;
  EXPECT_EQ(near.stream->try_read({&byte, 1}).status, net::Io::Status::failed);
  EXPECT_EQ(put(near, "x"), 0u);
  done(*requests_[0]);
}

TEST_F(Http2TunnelTest, that_is_refused_is_a_response_like_any_other) {
  Headers headers;
  headers.add("upgrade", "websocket");
  auto asked = ask("GET", MessageBody::none, headers);
  answer(*requests_[0], 403, "no");
  ASSERT_TRUE(run(asked->read_head(response_)));
  EXPECT_EQ(response_.status, 403);
  EXPECT_FALSE(asked->raw());
  EXPECT_EQ(run(asked->read_body())->data, "no");
  turn();
  EXPECT_EQ(server_->streams(), 0u);
}

}  // namespace
}  // namespace weft::http::h2
