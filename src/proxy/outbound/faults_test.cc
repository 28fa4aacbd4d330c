// Injected faults, through the whole path in memory and on a manual clock.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kAsk = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr decide::Fraction kNone{0, 100};

class Faults : public ProxiedTest {
 protected:
  decide::Fault& fault() {
    auto& fault = table_.hosts[0].routes[0].fault;
    if (!fault) fault.emplace();
    return *fault;
  }
};

TEST_F(Faults, abort_a_request_with_the_status_that_was_asked_for) {
  fault().abort = {.status = 418};
  forward().retry.add_conditions("5xx,retriable-4xx");
  forward().retry.retries_max = 3;
  start();
  send(kAsk);
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 418 ")) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\nfault filter abort")) << all;
  EXPECT_EQ(dialer_.dials, 0);
  EXPECT_EQ(sink_.flags, "FI");
  EXPECT_EQ(sink_.details, "fault_filter_abort");
  EXPECT_EQ(sink_.attempts, 0);
}

TEST_F(Faults, abort_a_grpc_request_with_a_grpc_status) {
  fault().abort = {.status = 429, .grpc_status = 8};
  start();
  send("POST /s/m HTTP/1.1\r\nHost: h\r\ncontent-type: application/grpc\r\nContent-Length: 0\r\n\r\n");
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 ")) << all;
  EXPECT_NE(all.find("grpc-status: 8\r\ngrpc-message: fault filter abort\r\n"), std::string::npos) << all;
}

TEST_F(Faults, abort_a_plain_request_with_the_http_status_that_stands_for_a_grpc_one) {
  fault().abort = {.status = 429, .grpc_status = 8};
  start();
  send(kAsk);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 429 "));
}

TEST_F(Faults, delay_a_request_by_exactly_as_long_as_was_asked_for) {
  fault().delay = {.length = seconds(5)};
  start();
  send(kAsk);
  advance(milliseconds(4999));
  EXPECT_EQ(dialer_.dials, 0);
  advance(milliseconds(1));
  ASSERT_EQ(dialer_.dials, 1);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_TRUE(received().ends_with("ok"));
  EXPECT_EQ(sink_.flags, "DI");
}

TEST_F(Faults, delay_without_using_up_the_routes_timeout) {
  fault().delay = {.length = seconds(5)};
  forward().timeout = seconds(1);
  start();
  send(kAsk);
  advance(seconds(5));
  ASSERT_EQ(dialer_.dials, 1);
  advance(milliseconds(999));
  EXPECT_EQ(received(), "");
  advance(milliseconds(1));
  EXPECT_TRUE(received().starts_with("HTTP/1.1 504 "));
  EXPECT_EQ(sink_.flags, "UT,DI");
}

TEST_F(Faults, of_an_earlier_delay_are_still_told_after_a_retry) {
  fault().delay = {.length = seconds(1)};
  forward().retry.add_conditions("5xx");
  forward().retry.retries_max = 1;
  start();
  send(kAsk);
  advance(seconds(1));
  answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  advance(milliseconds(25));
  answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(sink_.flags, "DI");
}

TEST_F(Faults, end_a_delay_when_the_client_leaves) {
  fault().delay = {.length = seconds(5)};
  start();
  send(kAsk);
  client_.reset();
  turn();
  EXPECT_EQ(sink_.exchanges, 1);
  EXPECT_EQ(sink_.flags, "DC,DI");
  advance(seconds(5));
  EXPECT_EQ(dialer_.dials, 0);
}

TEST_F(Faults, delay_first_and_abort_then) {
  fault().delay = {.length = seconds(1)};
  fault().abort = {.status = 503};
  start();
  send(kAsk);
  EXPECT_EQ(received(), "");
  advance(seconds(1));
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.flags, "DI,FI");
}

TEST_F(Faults, with_a_share_of_nothing_leave_requests_alone) {
  fault().delay = {.length = seconds(1), .share = kNone};
  fault().abort = {.status = 503, .share = kNone};
  start();
  send(kAsk);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Faults, with_a_share_of_everything_hit_every_request) {
  for (const decide::Fraction all : {decide::Fraction{100, 100}, decide::Fraction{1'000'000, 1'000'000}}) {
    fault().abort = {.status = 503, .share = all};
    start();
    for (int i = 0; i < 100; ++i) {
      send(kAsk);
      ASSERT_TRUE(received().starts_with("HTTP/1.1 503 ")) << i;
    }
  }
  EXPECT_EQ(dialer_.dials, 0);
}

TEST_F(Faults, hit_the_share_of_requests_that_was_asked_for) {
  fault().abort = {.status = 503, .share = {250'000, 1'000'000}};
  start();
  int aborted = 0;
  for (int i = 0; i < 400; ++i) {
    send(kAsk);
    if (sink_.exchanges > i) {
      ++aborted;
    } else {
      answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
    (void)received();
  }
  EXPECT_NEAR(aborted, 100, 30);
}

TEST_F(Faults, hit_routes_that_send_no_request_too) {
  table_.hosts[0].routes[0].action = decide::DirectResponse{.status = 200, .body = "fine"};
  fault().abort = {.status = 503};
  start();
  send(kAsk);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
}

}  // namespace
}  // namespace weft::proxy
