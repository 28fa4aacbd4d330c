// What is remembered of attempts that failed.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kPost = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

using Names = std::vector<std::string>;

// Frames of an endpoint that speaks HTTP/2 (RFC 9113 4.1): its settings, ":status: 200", a stream's reset.
const std::string kSettings("\0\0\0\4\0\0\0\0\0", 9);
const std::string kHeadOfFirstStream("\0\0\1\1\4\0\0\0\1\x88", 10);
std::string reset_of_first_stream(char code) {
  return std::string("\0\0\4\3\0\0\0\0\1\0\0\0", 12) + code;
}

class Attempts : public ProxiedTest {
 protected:
  // The connection is kept afterwards.
  void warm_up() {
    start();
    send(kGet);
    answer(kOk);
    (void)asked();
    (void)received();
  }
  void stand(std::vector<HealthFlag> flags) {
    ClusterState& state = shard_.clusters.at_id(decide::ClusterId(0));
    auto set = std::make_shared<decide::EndpointSet>();
    std::vector<EndpointStanding> standings(flags.size());
    for (size_t i = 0; i < flags.size(); ++i) {
      set->endpoints.push_back({.address = {*decide::IpAddress::parse("10.0.0.1"), static_cast<uint16_t>(80 + i)}});
      standings[i].flags.set(flags[i]);
    }
    state.take(make_rotation(state.shared_config(), std::move(set), std::move(standings)), shard_.random);
  }
  // As where there is no threshold below which all endpoints are used, healthy or not.
  void start_with(std::vector<HealthFlag> flags) {
    cluster_.panic_percent = 0;
    start();
    stand(std::move(flags));
    send(kGet);
  }
};

TEST_F(Attempts, that_go_well_leave_nothing) {
  warm_up();
  EXPECT_EQ(sink_.tried, Names());
  EXPECT_EQ(sink_.not_retried, "");
}

TEST_F(Attempts, that_were_refused_say_so_in_envoys_words_too) {
  dialer_.refuses = true;
  start();
  send(kGet);
  EXPECT_EQ(sink_.tried, Names{"connect_refused"});
  EXPECT_EQ(sink_.transport_failure, "delayed_connect_error:_Connection_refused");
  EXPECT_EQ(
      sink_.details,
      "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}");
  EXPECT_EQ(sink_.not_retried, "no_retries");
}

TEST_F(Attempts, are_kept_up_to_the_first_ones_and_the_last) {
  dialer_.refuses = true;
  forward().retry.add_conditions("connect-failure");
  forward().retry.retries_max = 6;
  start();
  send(kGet);
  for (int i = 0; i < 7; ++i) advance(std::chrono::seconds(1));
  EXPECT_EQ(sink_.attempts, 7);
  EXPECT_EQ(sink_.tried, Names(4, "connect_refused"));
  EXPECT_EQ(sink_.not_retried, "used_up");
}

TEST_F(Attempts, on_a_connection_that_was_idle_tell_for_how_long) {
  warm_up();
  advance(std::chrono::seconds(5));
  send(kPost);
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_EQ(sink_.flags, "UC");
  EXPECT_EQ(sink_.tried, Names{"stale_connection"});
  EXPECT_EQ(sink_.idle, std::chrono::seconds(5));
  EXPECT_EQ(sink_.not_retried, "not_repeatable");
}

TEST_F(Attempts, on_a_new_connection_tell_a_crash_from_an_idle_race) {
  start();
  send(kGet);
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_EQ(sink_.tried, Names{"closed_plain_text"});
  EXPECT_EQ(sink_.idle, std::nullopt);
}

TEST_F(Attempts, that_broke_within_the_head_say_so) {
  start();
  send(kGet);
  answer("HTTP/1.1 200 OK\r\nConte");
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_EQ(sink_.tried, Names{"closed_midway"});
}

TEST_F(Attempts, on_a_stream_that_the_endpoint_resets_are_no_lost_connection) {
  cluster_.protocol = decide::EndpointProtocol::http2;
  start();
  send(kGet);
  answer(kSettings + reset_of_first_stream(2));  // RFC 9113 7: INTERNAL_ERROR
  EXPECT_EQ(sink_.flags, "UR");
  EXPECT_EQ(sink_.tried, Names{"stream_reset"});
  EXPECT_EQ(sink_.details, "upstream_reset_before_response_started{remote_reset}");
  EXPECT_EQ(sink_.not_retried, "no_retries");
}

TEST_F(Attempts, on_a_stream_that_the_endpoint_has_not_looked_at_say_so) {
  cluster_.protocol = decide::EndpointProtocol::http2;
  start();
  send(kGet);
  answer(kSettings + reset_of_first_stream(7));  // RFC 9113 7: REFUSED_STREAM
  EXPECT_EQ(sink_.flags, "UR");
  EXPECT_EQ(sink_.tried, Names{"stream_refused"});
  EXPECT_EQ(sink_.details, "upstream_reset_before_response_started{remote_refused_stream_reset}");
}

TEST_F(Attempts, that_end_within_the_response_tell_a_reset_from_a_lost_connection) {
  cluster_.protocol = decide::EndpointProtocol::http2;
  start();
  send(kGet);
  answer(kSettings + kHeadOfFirstStream);
  answer(reset_of_first_stream(2));
  EXPECT_EQ(sink_.flags, "UR");
  EXPECT_EQ(sink_.details, "upstream_reset_after_response_started{remote_reset}");
}

TEST_F(Attempts, on_a_connection_of_http2_that_ends_are_lost_with_it) {
  cluster_.protocol = decide::EndpointProtocol::http2;
  start();
  send(kGet);
  answer(kSettings + kHeadOfFirstStream);
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_EQ(sink_.flags, "UC");
  EXPECT_EQ(sink_.details, "upstream_reset_after_response_started{connection_termination}");
}

TEST_F(Attempts, tell_the_routes_timeout_from_their_own) {
  forward().timeout = std::chrono::milliseconds(300);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(301));
  EXPECT_EQ(sink_.tried, Names{"route_timeout"});
  EXPECT_EQ(sink_.details, "upstream_response_timeout");
}

TEST_F(Attempts, are_over_when_the_routes_time_is_up) {
  forward().timeout = std::chrono::milliseconds(300);
  forward().retry.add_conditions("5xx");
  forward().retry.retries_max = 2;
  start();
  send(kGet);
  for (int i = 0; i < 4; ++i) advance(std::chrono::milliseconds(301));
  EXPECT_EQ(sink_.attempts, 1);
  EXPECT_EQ(sink_.flags, "UT");
  EXPECT_EQ(sink_.not_retried, "");
}

TEST_F(Attempts, tell_their_own_timeout_from_the_routes) {
  forward().timeout = std::chrono::milliseconds(300);
  forward().retry.per_try_timeout = std::chrono::milliseconds(100);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(101));
  EXPECT_EQ(sink_.tried, Names{"attempt_timeout"});
  EXPECT_EQ(sink_.details, "upstream_per_try_timeout");
  EXPECT_EQ(sink_.flags, "UT");
}

TEST_F(Attempts, that_are_still_connecting_when_their_time_is_up_are_timeouts) {
  dialer_.hangs = true;
  forward().timeout = std::chrono::milliseconds(300);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(301));
  EXPECT_TRUE(received().starts_with("HTTP/1.1 504"));
  EXPECT_EQ(sink_.flags, "UT");
  EXPECT_EQ(sink_.tried, Names{"route_unconnected"});
  EXPECT_EQ(sink_.details, "upstream_response_timeout");
}

TEST_F(Attempts, that_are_still_connecting_when_the_attempts_time_is_up_are_too) {
  dialer_.hangs = true;
  forward().timeout = std::chrono::milliseconds(300);
  forward().retry.per_try_timeout = std::chrono::milliseconds(100);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(101));
  EXPECT_EQ(sink_.flags, "UT");
  EXPECT_EQ(sink_.tried, Names{"attempt_unconnected"});
  EXPECT_EQ(sink_.details, "upstream_per_try_timeout");
}

TEST_F(Attempts, that_take_longer_than_connecting_may_are_none) {
  dialer_.hangs = true;
  cluster_.connect_timeout = std::chrono::seconds(1);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(1001));
  EXPECT_EQ(sink_.flags, "UF");
  EXPECT_EQ(sink_.tried, Names{"connect_timeout"});
  EXPECT_EQ(sink_.details, "upstream_reset_before_response_started{connection_timeout}");
}

TEST_F(Attempts, without_an_endpoint_say_whether_there_is_none) {
  has_endpoint_ = false;
  start();
  send(kGet);
  EXPECT_EQ(sink_.tried, Names{"no_endpoints"});
}

TEST_F(Attempts, without_an_endpoint_say_whether_its_name_led_nowhere) {
  has_endpoint_ = false;
  cluster_.discovery = decide::Discovery::dns;
  start();
  send(kGet);
  EXPECT_EQ(sink_.tried, Names{"unresolved"});
}

TEST_F(Attempts, without_an_endpoint_say_whether_all_are_ejected) {
  start_with({HealthFlag::failed_outlier_check, HealthFlag::failed_outlier_check});
  EXPECT_EQ(sink_.tried, Names{"all_ejected"});
}

TEST_F(Attempts, without_an_endpoint_say_whether_all_fail_their_checks) {
  start_with({HealthFlag::failed_active_check, HealthFlag::failed_active_check});
  EXPECT_EQ(sink_.tried, Names{"all_failing_checks"});
}

TEST_F(Attempts, without_an_endpoint_say_whether_it_is_for_several_reasons) {
  start_with({HealthFlag::failed_active_check, HealthFlag::failed_outlier_check});
  EXPECT_EQ(sink_.tried, Names{"none_ready"});
}

TEST_F(Attempts, beyond_a_limit_name_it) {
  cluster_.limits.requests_max = 0;
  start();
  send(kGet);
  EXPECT_EQ(sink_.tried, Names{"requests_limit"});
  EXPECT_EQ(sink_.flags, "UO");
}

TEST_F(Attempts, that_find_the_line_full_name_its_limit) {
  cluster_.limits.pending_max = 0;
  start();
  send(kGet);
  EXPECT_EQ(sink_.tried, Names{"pending_limit"});
  EXPECT_EQ(sink_.flags, "UO");
}

}  // namespace
}  // namespace weft::proxy
