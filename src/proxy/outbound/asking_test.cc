// What requests ask for about their own retries and times, whom that is believed from, and the times of routes; through
// the whole path.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;

constexpr const char* kUnavailable = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class Asking : public ProxiedTest {
 protected:
  // Behind an edge, x-forwarded-for names the client.
  static std::string get(const std::string& fields, const std::string& forwarded_for = "10.1.2.3") {
    return "GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + forwarded_for + "\r\n" + fields + "\r\n";
  }
  void start_believing() {
    chain_.internal_ranges = {*decide::IpRange::parse("10.0.0.0/8")};
    start();
  }
};

TEST_F(Asking, for_retries_is_heard_from_an_internal_client_and_kept_from_the_endpoint) {
  start_believing();
  send(get("x-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 2\r\n"));
  EXPECT_EQ(asked().find("x-envoy-retry-on"), std::string::npos);
  answer(kUnavailable);
  advance(25ms);
  EXPECT_FALSE(asked().empty());
  answer(kUnavailable);
  advance(75ms);
  EXPECT_FALSE(asked().empty());
  answer(kOk);
  EXPECT_TRUE(received().ends_with("ok"));
  EXPECT_EQ(sink_.attempts, 3);
}

TEST_F(Asking, is_not_heard_from_anybody_else) {
  start_believing();
  for (const char* outsider : {"192.0.2.1", "10.1.2.3, 10.1.2.4", "unknown", ""}) {
    send(get("x-envoy-retry-on: 5xx\r\nx-envoy-upstream-rq-timeout-ms: 1\r\nx-envoy-internal: true\r\n", outsider));
    const std::string seen = asked();
    EXPECT_EQ(seen.find("x-envoy-retry-on"), std::string::npos) << outsider;
    EXPECT_EQ(seen.find("x-envoy-internal"), std::string::npos) << outsider;
    answer(kUnavailable);
    EXPECT_TRUE(received().starts_with("HTTP/1.1 503 ")) << outsider;
    EXPECT_EQ(sink_.attempts, 1) << outsider;
  }
}

TEST_F(Asking, is_heard_from_nobody_where_no_address_is_internal) {
  start();
  send(get("x-envoy-retry-on: 5xx\r\n"));
  answer(kUnavailable);
  EXPECT_EQ(sink_.attempts, 1);
}

TEST_F(Asking, for_time_goes_before_the_route) {
  forward().timeout = 10s;
  start_believing();
  send(get("x-envoy-upstream-rq-timeout-ms: 100\r\n"));
  EXPECT_NE(asked().find("x-envoy-expected-rq-timeout-ms: 100\r\n"), std::string::npos);
  advance(100ms);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 504 "));
  EXPECT_EQ(sink_.flags, "UT");
}

TEST_F(Asking, for_time_per_try_lets_the_next_one_begin) {
  forward().timeout = 10s;
  start_believing();
  send(get("x-envoy-retry-on: 5xx\r\nx-envoy-upstream-rq-per-try-timeout-ms: 100\r\n"));
  EXPECT_NE(asked().find("x-envoy-expected-rq-timeout-ms: 100\r\n"), std::string::npos);
  advance(100ms);
  advance(25ms);
  answer(kOk, 1);
  EXPECT_TRUE(received().ends_with("ok"));
  EXPECT_EQ(sink_.attempts, 2);
}

TEST_F(Asking, for_nothing_leaves_the_time_of_the_proxy_before_us_where_that_is_believed) {
  forward().timeout = 10s;
  chain_.respects_expected_timeout = true;
  start_believing();
  send(get("x-envoy-expected-rq-timeout-ms: 200\r\n"));
  advance(200ms);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 504 "));
}

TEST_F(Asking, is_in_vain_where_the_route_retries_other_requests_only) {
  forward().retry.add_conditions("5xx");
  forward().retry.request_headers = {{.name = "x-may-retry", .rule = decide::Presence{}}};
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  answer(kUnavailable);
  EXPECT_EQ(sink_.attempts, 1);
  (void)received();
  send("GET /a HTTP/1.1\r\nHost: h\r\nX-May-Retry: 1\r\n\r\n");
  answer(kUnavailable);
  advance(25ms);
  answer(kOk);
  EXPECT_EQ(sink_.attempts, 2);
}

TEST_F(Asking, of_a_full_cluster_is_flagged) {
  cluster_.limits.retries_max = 0;
  forward().retry.add_conditions("5xx");
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  answer(kUnavailable);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.flags, "UO");
}

class IdleTimes : public ProxiedTest {
 protected:
  void start_with(Duration idle) {
    forward().idle_timeout = idle;
    start();
  }
};

TEST_F(IdleTimes, end_an_exchange_whose_endpoint_says_nothing) {
  start_with(2s);
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  advance(1999ms);
  EXPECT_EQ(received(), "");
  advance(1ms);
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 504 ")) << all;
  EXPECT_TRUE(all.ends_with("stream timeout"));
  EXPECT_EQ(sink_.flags, "SI");
  EXPECT_EQ(sink_.attempts, 1);
}

TEST_F(IdleTimes, begin_anew_with_every_part_of_the_response) {
  start_with(2s);
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) {
    advance(1500ms);
    answer("1\r\nx\r\n");
  }
  EXPECT_EQ(sink_.exchanges, 0);
  advance(2s);
  EXPECT_EQ(sink_.exchanges, 1);
  EXPECT_EQ(sink_.flags, "SI");
  EXPECT_EQ(sink_.status, 200);
}

TEST_F(IdleTimes, count_what_the_client_sends) {
  start_with(2s);
  send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) {
    advance(1500ms);
    send("1\r\nx\r\n");
  }
  send("0\r\n\r\n");
  answer(kOk);
  EXPECT_TRUE(received().ends_with("ok"));
}

TEST_F(IdleTimes, end_a_request_that_stops_half_way) {
  start_with(2s);
  send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  advance(2s);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(sink_.flags, "SI");
}

TEST_F(IdleTimes, of_a_route_go_before_the_listeners) {
  chain_.stream_idle_timeout = 1s;
  start_with(Duration::zero());
  send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  advance(1h);
  answer(kOk);
  EXPECT_TRUE(received().ends_with("ok"));
}

}  // namespace
}  // namespace weft::proxy
