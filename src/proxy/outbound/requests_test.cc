// Requests from a client through the whole path to an endpoint, in memory and on a manual clock.
#include <cstring>

#include "base/room_for_test.h"
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr const char* kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr const char* kPost = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class Requests : public ProxiedTest {
 protected:
  void expect_answer(const std::string& status_line_and_more, const std::string& body) {
    const std::string all = received();
    EXPECT_TRUE(all.starts_with(status_line_and_more)) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\n" + body)) << all;
  }
  // A first exchange, after which an idle connection to the endpoint is there.
  void warm_up() {
    start();
    send(kGet);
    answer(kOk);
    EXPECT_TRUE(received().ends_with("ok"));
    (void)asked();
  }
};

TEST_F(Requests, reach_the_endpoint_and_come_back) {
  start();
  send(kGet);
  const std::string seen = asked();
  EXPECT_TRUE(seen.starts_with("GET /a HTTP/1.1\r\nhost: h\r\n")) << seen;
  EXPECT_NE(seen.find("x-request-id: "), std::string::npos);
  EXPECT_NE(seen.find("x-forwarded-proto: http\r\n"), std::string::npos);
  clock_.advance(std::chrono::milliseconds(7));
  answer(kOk);
  const std::string all = received();
  EXPECT_NE(all.find("x-envoy-upstream-service-time: 7\r\n"), std::string::npos) << all;
  EXPECT_EQ(sink_.exchanges, 1);
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(sink_.flags, "-");
}

TEST_F(Requests, have_an_id_also_where_the_client_names_its_own_away) {
  start();
  send("GET /a HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine\r\nConnection: x-request-id\r\n\r\n");
  const std::string seen = asked();
  EXPECT_NE(seen.find("x-request-id: "), std::string::npos) << seen;
  EXPECT_EQ(seen.find("mine"), std::string::npos) << seen;
}

TEST_F(Requests, are_refused_while_memory_is_short) {
  warm_up();
  shard_.pressure = Pressure::shedding;
  shard_.say_goodbye();
  send(kGet);
  const std::string all = received();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << all;
  EXPECT_NE(all.find("connection: close\r\n"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\nenvoy overloaded")) << all;
  EXPECT_EQ(sink_.flags, "OM");
  EXPECT_TRUE(asked().empty());
}

TEST_F(Requests, for_which_nothing_is_spare_are_served_until_memory_is_short) {
  RoomForTest full;
  shard_.memory = &full;
  start();
  send(kGet);
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
  full.short_of_all = true;
  send(kGet);  // by what the first one has used
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
  exchanges_.drop_spares();
  (void)asked();
  connect();
  send(kGet);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.flags, "OM");
  EXPECT_TRUE(asked().empty());
  shard_.memory = nullptr;
}

TEST_F(Requests, that_come_by_a_new_connection_while_memory_is_short_end_it) {
  warm_up();
  shard_.pressure = Pressure::shedding;
  connect();
  send(kGet);
  EXPECT_NE(received().find("connection: close\r\n"), std::string::npos);
  shard_.pressure = Pressure::none;
  connect();
  send(kGet);
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
}

TEST_F(Requests, share_one_connection_one_after_the_other) {
  warm_up();
  send(kGet);
  EXPECT_FALSE(asked().empty());
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
  EXPECT_EQ(dialer_.dials, 1);
  EXPECT_EQ(shard_.pools.reused(), 1);
}

TEST_F(Requests, of_a_second_client_get_a_connection_of_their_own_while_the_first_is_busy) {
  start();
  send(kGet);
  auto first = std::move(client_);
  connect();
  send(kGet);
  EXPECT_EQ(dialer_.dials, 2);
  answer(kOk, 1);
  expect_answer("HTTP/1.1 200", "ok");
  put(*dialer_.endpoints[0], kOk);
  EXPECT_TRUE(take(*first).ends_with("ok"));
}

TEST_F(Requests, are_repeated_when_the_kept_connection_turns_out_to_be_closed) {
  warm_up();
  send(kGet);                    // taken by the kept connection,
  dialer_.endpoints[0].reset();  // which dies without a byte
  turn();
  ASSERT_EQ(dialer_.dials, 2);
  answer(kOk, 1);
  expect_answer("HTTP/1.1 200", "ok");
  EXPECT_EQ(sink_.attempts, 2);
}

TEST_F(Requests, that_are_not_idempotent_are_not_repeated_when_somebody_may_have_read_them) {
  warm_up();
  send(kPost);
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_EQ(dialer_.dials, 1);
  expect_answer("HTTP/1.1 503",
                "upstream connect error or disconnect/reset before headers. reset reason: connection termination");
  EXPECT_EQ(sink_.flags, "UC");
}

TEST_F(Requests, do_not_use_a_kept_connection_that_was_closed_meanwhile) {
  warm_up();
  dialer_.endpoints[0].reset();
  turn();
  send(kPost);
  ASSERT_EQ(dialer_.dials, 2);
  EXPECT_TRUE(asked(1).ends_with("body"));
  answer(kOk, 1);
  expect_answer("HTTP/1.1 200", "ok");
}

TEST_F(Requests, do_not_use_a_kept_connection_that_spoke_out_of_turn) {
  warm_up();
  answer(kOk);
  send(kGet);
  EXPECT_EQ(dialer_.dials, 2);
}

TEST_F(Requests, are_answered_503_when_nobody_listens) {
  dialer_.refuses = true;
  start();
  send(kGet);
  expect_answer("HTTP/1.1 503",
                "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, "
                "transport failure reason: delayed connect error: Connection refused");
  EXPECT_EQ(sink_.flags, "UF");
}

TEST_F(Requests, are_retried_as_the_route_says_and_the_count_is_told) {
  dialer_.refuses = true;
  forward().retry.add_conditions("connect-failure");
  forward().retry.retries_max = 2;
  start();
  send(kGet);
  for (int i = 0; i < 3; ++i) advance(std::chrono::milliseconds(250));
  EXPECT_EQ(dialer_.dials, 3);
  EXPECT_EQ(sink_.attempts, 3);
  EXPECT_EQ(sink_.flags, "UF,URX");
  EXPECT_NE(received().find("retried and the latest reset reason: remote connection failure"), std::string::npos);
}

TEST_F(Requests, are_retried_on_a_status_with_their_body) {
  forward().retry.add_conditions("5xx");
  forward().retry.retries_max = 1;
  table_.hosts[0].routes[0].counts_attempts = true;
  start();
  send(kPost);
  EXPECT_NE(asked().find("x-envoy-attempt-count: 1\r\n"), std::string::npos);
  answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  advance(std::chrono::milliseconds(25));
  const std::string again = asked();  // the connection was good and is used again
  EXPECT_NE(again.find("x-envoy-attempt-count: 2\r\n"), std::string::npos) << again;
  EXPECT_TRUE(again.ends_with("body")) << again;
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
}

TEST_F(Requests, end_with_504_at_the_route_s_timeout) {
  forward().timeout = std::chrono::milliseconds(300);
  start();
  send(kGet);
  EXPECT_NE(asked().find("x-envoy-expected-rq-timeout-ms: 300\r\n"), std::string::npos);
  advance(std::chrono::milliseconds(301));
  expect_answer("HTTP/1.1 504", "upstream request timeout");
  EXPECT_EQ(sink_.flags, "UT");
}

TEST_F(Requests, end_with_503_when_the_connection_takes_too_long) {
  dialer_.hangs = true;
  cluster_.connect_timeout = std::chrono::seconds(1);
  start();
  send(kGet);
  advance(std::chrono::milliseconds(1001));
  expect_answer("HTTP/1.1 503",
                "upstream connect error or disconnect/reset before headers. reset reason: connection timeout");
  EXPECT_EQ(sink_.flags, "UF");
}

TEST_F(Requests, of_grpc_clients_are_answered_in_grpc_when_they_fail) {
  has_endpoint_ = false;
  start();
  send("POST /shop.Cart/Add HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc+proto\r\nContent-Length: 0\r\n\r\n");
  const std::string response = received();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
  EXPECT_NE(response.find("content-type: application/grpc\r\n"), std::string::npos);
  EXPECT_NE(response.find("grpc-status: 14\r\n"), std::string::npos);
  EXPECT_NE(response.find("grpc-message: no healthy upstream\r\n"), std::string::npos);
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
  EXPECT_EQ(sink_.flags, "UH");
}

TEST_F(Requests, find_no_healthy_endpoint) {
  has_endpoint_ = false;
  start();
  send(kGet);
  expect_answer("HTTP/1.1 503", "no healthy upstream");
  EXPECT_EQ(sink_.flags, "UH");
}

TEST_F(Requests, to_a_cluster_that_is_not_known_get_the_route_s_status) {
  forward().clusters = {{.cluster = decide::ClusterId(7), .weight_up_to = 1}};
  forward().unknown_cluster_status = 500;
  start();
  send(kGet);
  expect_answer("HTTP/1.1 500", "");
  EXPECT_EQ(sink_.flags, "NC");
}

TEST_F(Requests, without_a_route_get_404) {
  table_.hosts[0].routes.clear();
  start();
  send(kGet);
  expect_answer("HTTP/1.1 404", "");
  EXPECT_EQ(sink_.flags, "NR");
}

TEST_F(Requests, wait_in_line_for_a_connection_and_overflow_when_the_line_is_full) {
  cluster_.limits.connections_max = 1;
  cluster_.limits.pending_max = 1;
  start();
  send(kGet);
  auto first = std::move(client_);
  connect();
  send(kGet);
  auto second = std::move(client_);
  connect();
  send(kGet);
  const std::string refused = received();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503"));
  EXPECT_NE(refused.find("x-envoy-overloaded: true\r\n"), std::string::npos);
  EXPECT_EQ(sink_.flags, "UO");
  put(*dialer_.endpoints[0], kOk);
  EXPECT_TRUE(take(*first).ends_with("ok"));
  put(*dialer_.endpoints[0], kOk);
  EXPECT_TRUE(take(*second).ends_with("ok"));
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Requests, close_the_endpoint_s_connection_when_the_client_leaves) {
  start();
  send(kGet);
  client_.reset();
  turn();
  (void)asked();
  char byte;
  EXPECT_TRUE(dialer_.endpoints[0]->try_read({&byte, 1}).at_end());
  EXPECT_EQ(sink_.flags, "DC");
  EXPECT_EQ(sink_.status, 0);
}

TEST_F(Requests, upload_while_the_answer_is_awaited) {
  start();
  send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_TRUE(asked().ends_with("3\r\nabc\r\n"));
  send("2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(asked(), "2\r\nde\r\n0\r\n\r\n");
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
}

TEST_F(Requests, end_well_when_the_endpoint_answers_before_the_upload_is_done) {
  start();
  send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nbegin");
  answer("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
  expect_answer("HTTP/1.1 413", "");
  advance(std::chrono::seconds(3));
  EXPECT_TRUE(client_is_closed());
}

TEST_F(Requests, with_a_long_body_leave_the_next_one_where_it_begins) {
  warm_up();
  const std::string body(100'000, 'b');
  send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + body.substr(0, 100));
  EXPECT_TRUE(asked().ends_with(body.substr(0, 100)));
  send(body.substr(100, 60'000));
  EXPECT_EQ(asked(), body.substr(100, 60'000));
  send(body.substr(60'100) + kGet);  // the next request comes together with the body's end
  EXPECT_EQ(asked(), body.substr(60'100));
  answer(kOk);
  EXPECT_TRUE(received().ends_with("ok"));
  EXPECT_TRUE(asked().starts_with("GET /a HTTP/1.1\r\n"));
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Requests, with_a_long_answer_leave_the_connection_fit_for_others) {
  warm_up();
  const std::string body(100'000, 'b');
  send(kGet);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body.substr(0, 100));
  EXPECT_TRUE(received().ends_with("\r\n\r\n" + body.substr(0, 100)));
  answer(body.substr(100, 60'000));
  EXPECT_EQ(received(), body.substr(100, 60'000));
  answer(body.substr(60'100));
  EXPECT_EQ(received(), body.substr(60'100));
  EXPECT_EQ(sink_.sent_bytes, 100'000);
  (void)asked();
  send(kGet);
  answer(kOk);
  EXPECT_TRUE(received().ends_with("ok"));
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Requests, end_when_the_client_leaves_within_a_long_body) {
  start();
  send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbegin");
  send("more");
  EXPECT_TRUE(asked().ends_with("more"));
  client_.reset();
  turn();
  char byte;
  EXPECT_TRUE(dialer_.endpoints[0]->try_read({&byte, 1}).at_end());
  EXPECT_EQ(sink_.flags, "DC");
}

TEST_F(Requests, stream_a_response_as_it_comes) {
  start();
  send(kGet);
  answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
  EXPECT_TRUE(received().ends_with("3\r\none\r\n"));
  answer("3\r\ntwo\r\n0\r\nx-sum: 6\r\n\r\n");
  EXPECT_EQ(received(), "3\r\ntwo\r\n0\r\nx-sum: 6\r\n\r\n");
}

TEST_F(Requests, give_a_body_that_ends_with_its_connection_an_end_the_client_can_see) {
  start();
  send(kGet);
  answer("HTTP/1.1 200 OK\r\n\r\nall");
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_TRUE(received().ends_with("3\r\nall\r\n0\r\n\r\n"));
}

TEST_F(Requests, cut_the_client_off_when_the_response_is_cut_off) {
  start();
  send(kGet);
  answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  dialer_.endpoints[0].reset();
  turn();
  EXPECT_TRUE(received().ends_with("half"));
  advance(std::chrono::seconds(3));
  EXPECT_TRUE(client_is_closed());
  EXPECT_EQ(sink_.flags, "UC");
}

TEST_F(Requests, follow_a_new_configuration_on_an_open_connection) {
  warm_up();
  table_.hosts[0].routes[0].action = decide::DirectResponse{.status = 418, .body = "tea"};
  apply();
  send(kGet);
  expect_answer("HTTP/1.1 418", "tea");
}

TEST_F(Requests, under_way_keep_the_routes_they_began_with) {
  start();
  send(kGet);
  table_.hosts[0].routes[0].action = decide::DirectResponse{.status = 418, .body = "tea"};
  apply();
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
}

TEST_F(Requests, on_a_listener_that_is_gone_are_the_last_of_their_connection) {
  warm_up();
  auto without = std::make_shared<decide::Snapshot>();
  without->version = ++version_;
  without->clusters = shard_.snapshot->clusters;
  shard_.apply(std::move(without));
  send(kGet);
  const std::string last = received();
  EXPECT_TRUE(last.starts_with("HTTP/1.1 404")) << last;
  EXPECT_NE(last.find("connection: close\r\n"), std::string::npos);
}

TEST_F(Requests, keep_no_old_configuration_alive_when_they_are_over) {
  warm_up();
  const std::weak_ptr<const decide::Listener> old = shard_.snapshot->listeners[0];
  apply();
  EXPECT_TRUE(old.expired());
}

TEST_F(Requests, with_a_broken_body_are_told_so) {
  start();
  send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  send("nonsense\r\n");
  EXPECT_TRUE(received().starts_with("HTTP/1.1 400"));
  EXPECT_EQ(sink_.flags, "DPE");
}

TEST_F(Requests, are_told_goodbye_during_a_drain) {
  warm_up();
  shard_.drain();
  send(kGet);
  answer(kOk, 1);  // idle connections to endpoints have been closed
  EXPECT_NE(received().find("connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client_is_closed());
}

TEST_F(Requests, may_come_until_the_time_to_drain_is_over) {
  warm_up();
  shard_.drain();
  advance(std::chrono::minutes(1));
  EXPECT_FALSE(client_is_closed());
  shard_.end_idle();
  turn();
  EXPECT_TRUE(client_is_closed());
}

TEST_F(Requests, wake_a_connection_that_rests) {
  chain_.requests_per_connection_max = 3;
  warm_up();
  advance(std::chrono::seconds(1));
  EXPECT_EQ(rests_, 1);
  for (const std::string goodbye : {"", "connection: close\r\n"}) {
    send(kGet);
    answer(kOk);
    const std::string all = received();
    EXPECT_TRUE(all.ends_with("ok"));
    EXPECT_EQ(all.find("connection: close") != std::string::npos, !goodbye.empty());
    advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(rests_, 2);
  EXPECT_TRUE(client_is_closed());
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Requests, are_served_when_they_come_just_as_the_time_to_drain_is_over) {
  warm_up();
  shard_.drain();
  advance(std::chrono::minutes(1));
  EXPECT_EQ(rests_, 1);
  const iovec part{const_cast<char*>(kGet), std::strlen(kGet)};
  client_->try_write({&part, 1});
  shard_.end_idle();
  turn();
  answer(kOk, 1);
  EXPECT_NE(received().find("connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client_is_closed());
}

TEST_F(Requests, that_never_come_end_the_rest) {
  chain_.idle_timeout = std::chrono::minutes(5);
  warm_up();
  advance(std::chrono::minutes(4));
  EXPECT_FALSE(client_is_closed());
  EXPECT_EQ(rests_, 1);
  advance(std::chrono::minutes(1) + std::chrono::milliseconds(1));
  EXPECT_TRUE(client_is_closed());
}

TEST_F(Requests, leave_connections_that_idle_for_too_long) {
  cluster_.idle_timeout = std::chrono::seconds(60);
  warm_up();
  advance(std::chrono::seconds(61));
  shard_.pools.sweep();
  turn();
  char byte;
  EXPECT_TRUE(dialer_.endpoints[0]->try_read({&byte, 1}).at_end());
}

TEST_F(Requests, tell_a_grpc_error_of_the_endpoint_from_one_of_the_client) {
  const auto failures_after = [&](const std::string& grpc_status) {
    send(kGet);
    (void)asked();
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nGrpc-Status: " + grpc_status + "\r\n\r\n");
    (void)received();
    return shard_.clusters.at_id(decide::ClusterId(0)).endpoints()[0]->failures;
  };
  start();
  EXPECT_EQ(failures_after("0"), 0);
  EXPECT_EQ(failures_after("5"), 0);
  EXPECT_EQ(failures_after("14"), 1);
  EXPECT_EQ(failures_after("13"), 2);
}

TEST_F(Requests, leave_an_endpoint_that_left_the_set_as_its_connection_becomes_idle) {
  start();
  send(kGet);
  set_endpoints(decide::ClusterId(0), {});
  answer(kOk);
  expect_answer("HTTP/1.1 200", "ok");
  (void)asked();
  char byte;
  EXPECT_TRUE(dialer_.endpoints[0]->try_read({&byte, 1}).at_end());
}

TEST_F(Requests, give_back_all_they_took) {
  warm_up();
  const ClusterState& cluster = *shard_.clusters.find(decide::ClusterId(0));
  EXPECT_EQ(cluster.in_use.requests, 0);
  EXPECT_EQ(cluster.in_use.pending, 0);
  EXPECT_EQ(cluster.in_use.connections, 1);
  EXPECT_EQ(cluster.endpoints()[0]->active_requests, 0);
  shard_.pools.close_idle();
  EXPECT_EQ(cluster.in_use.connections, 0);
}

TEST_F(Requests, become_tunnels_when_both_sides_want_that) {
  chain_.upgrades = {"websocket"};
  start();
  send("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_NE(asked().find("upgrade: websocket\r\n"), std::string::npos);
  answer("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi");
  EXPECT_TRUE(received().ends_with("\r\n\r\nhi"));
  send("ping");
  EXPECT_EQ(asked(), "ping");
  answer("pong");
  EXPECT_EQ(received(), "pong");
  client_.reset();
  turn();
  char byte;
  EXPECT_TRUE(dialer_.endpoints[0]->try_read({&byte, 1}).at_end());
  dialer_.endpoints[0].reset();
  turn();
}

}  // namespace
}  // namespace weft::proxy
