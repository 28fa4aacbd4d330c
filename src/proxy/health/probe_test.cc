#include "proxy/health/probe.h"

#include <array>

#include <gtest/gtest.h>

#include "grpc/message_framing.h"
#include "http/h2/peer_test.h"
#include "proxy/connect/memory_dialer_for_test.h"

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;
using namespace std::literals;
using http::h2::Peer;

// Asks an endpoint that the test plays, within a second.
class ProbeTest : public testing::Test {
 protected:
  ProbeTest() : reactor_(clock_), gate_(reactor_), dialer_(reactor_) {}
  ~ProbeTest() override {
    if (peer_) peer_->close();
    probe_.reset();
    dialer_.endpoints.clear();
    turn();
    EXPECT_EQ(gate_.inside(), 0);
  }

  void use(auto how) {
    check_.how = std::move(how);
    probe_ = Probe::make({.reactor = reactor_,
                          .dialer = dialer_,
                          .check = std::make_shared<decide::HealthCheck>(check_),
                          .to = {},
                          .source = {},
                          .authority = "the-cluster"});
  }
  void turn() {
    for (int i = 0; i < 50; ++i) reactor_.turn(Duration::zero());
  }
  void begin() {
    result_.reset();
    spawn(gate_, run());
    turn();
  }
  runtime::Task<void> run() { result_ = co_await probe_->run(reactor_.now() + 1s); }
  void pass(Duration time) {
    clock_.advance(time);
    turn();
  }
  // What has come at the end of the connection that was dialled last.
  std::string received() {
    std::array<char, 4096> bytes;
    const net::Io io = dialer_.endpoints.back()->try_read(bytes);
    return io.done() ? std::string(bytes.data(), io.size) : "";
  }
  void say(std::string_view bytes) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    EXPECT_EQ(dialer_.endpoints.back()->try_write({&part, 1}).size, bytes.size());
    turn();
  }
  std::optional<CheckResult> after(std::string_view answer) {
    begin();
    say(answer);
    return result_;
  }

  ManualClock clock_;
  runtime::Reactor reactor_;
  runtime::Gate gate_;
  MemoryDialer dialer_;
  decide::HealthCheck check_;
  std::unique_ptr<Probe> probe_;
  std::unique_ptr<Peer> peer_;
  std::optional<CheckResult> result_;
};

TEST_F(ProbeTest, http_asks_for_the_path_in_the_clusters_name) {
  use(decide::HttpCheck{.path = "/healthz?full", .headers = {{"user-agent", "Envoy/HC"}}});
  begin();
  EXPECT_EQ(received(), "GET /healthz?full HTTP/1.1\r\nhost: the-cluster\r\nuser-agent: Envoy/HC\r\n\r\n");
  EXPECT_EQ(result_, std::nullopt);
  say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(result_, CheckResult::passed);
}

TEST_F(ProbeTest, http_judges_by_the_status) {
  use(decide::HttpCheck{.path = "/", .expected = {{200, 300}}, .retriable = {{503, 504}}});
  EXPECT_EQ(after("HTTP/1.1 204 No\r\n\r\n"), CheckResult::passed);
  EXPECT_EQ(after("HTTP/1.1 503 S\r\nContent-Length: 0\r\n\r\n"), CheckResult::unanswered);
  EXPECT_EQ(after("HTTP/1.1 500 S\r\nContent-Length: 0\r\n\r\n"), CheckResult::refused);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(ProbeTest, http_wants_the_service_to_name_itself_where_it_shall) {
  use(decide::HttpCheck{.path = "/", .service_name = decide::TextMatch(decide::TextMatch::Kind::prefix, "app")});
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Envoy-Upstream-Healthchecked-Cluster: app-1\r\n\r\n"),
            CheckResult::passed);
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), CheckResult::refused);
}

TEST_F(ProbeTest, http_dials_anew_where_the_connection_is_gone_or_shall_not_stay) {
  use(decide::HttpCheck{.path = "/"});
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), CheckResult::passed);
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 2);
  dialer_.endpoints.clear();
  turn();
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 3);
  check_.reuses_connection = false;
  use(decide::HttpCheck{.path = "/"});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 5);
}

TEST_F(ProbeTest, no_answer_is_none_whether_refused_silent_or_cut_short) {
  use(decide::HttpCheck{.path = "/"});
  begin();
  pass(1100ms);
  EXPECT_EQ(result_, CheckResult::unanswered);
  begin();
  dialer_.endpoints.back()->reset();
  turn();
  EXPECT_EQ(result_, CheckResult::unanswered);
  dialer_.refuses = true;
  begin();
  EXPECT_EQ(result_, CheckResult::unanswered);
  dialer_.refuses = false;
  dialer_.hangs = true;
  begin();
  EXPECT_EQ(result_, std::nullopt);
  pass(1100ms);
  EXPECT_EQ(result_, CheckResult::unanswered);
}

TEST_F(ProbeTest, an_answer_without_end_is_none) {
  use(decide::HttpCheck{.path = "/"});
  begin();
  say("HTTP/1.1 200 OK\r\n\r\n");
  const std::string block(100'000, 'x');
  for (int i = 0; i < 11; ++i) {
    if (!result_) say(block);
  }
  EXPECT_EQ(result_, CheckResult::unanswered);
}

TEST_F(ProbeTest, tcp_is_content_with_a_connection) {
  use(decide::TcpCheck{});
  begin();
  EXPECT_EQ(result_, CheckResult::passed);
  begin();
  EXPECT_EQ(dialer_.dials, 2);  // none is left open
  dialer_.refuses = true;
  begin();
  EXPECT_EQ(result_, CheckResult::unanswered);
}

TEST_F(ProbeTest, tcp_waits_for_all_that_is_to_come_in_its_order) {
  use(decide::TcpCheck{.send = "PING", .receive = {"+", "PONG"}});
  begin();
  EXPECT_EQ(received(), "PING");
  say("banner PONG +");
  EXPECT_EQ(result_, std::nullopt);
  say("PONG");
  EXPECT_EQ(result_, CheckResult::passed);
  EXPECT_EQ(after("+PONG"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 1);
  begin();
  pass(1100ms);
  EXPECT_EQ(result_, CheckResult::unanswered);
  EXPECT_EQ(after("+PONG"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 2);
}

// grpc.health.v1 over a peer of nghttp2.
class GrpcProbeTest : public ProbeTest {
 protected:
  GrpcProbeTest() { use(decide::GrpcCheck{.service = "shop", .metadata = {{"k", "v"}}}); }

  // The endpoint answers the next check so.
  std::optional<CheckResult> answered(std::string_view message, const std::string& status, const char* http = "200") {
    begin();
    if (!peer_) {
      peer_ = std::make_unique<Peer>(std::exchange(dialer_.endpoints.back(), nullptr));
      spawn(gate_, peer_->run());
      turn();
    }
    const int32_t stream = peer_->requests.rbegin()->first;
    const auto prefix = grpc::message_prefix(message.size());
    peer_->respond(stream, {{":status", http}, {"content-type", "application/grpc"}},
                   std::string(prefix.data(), prefix.size()).append(message), {{"grpc-status", status}});
    spawn(gate_, peer_->flush());
    turn();
    return result_;
  }
};

TEST_F(GrpcProbeTest, asks_the_standard_service) {
  EXPECT_EQ(answered("\x08\x01"sv, "0"), CheckResult::passed);
  auto& request = peer_->requests.begin()->second;
  EXPECT_EQ(request.fields[":path"], "/grpc.health.v1.Health/Check");
  EXPECT_EQ(request.fields[":authority"], "the-cluster");
  EXPECT_EQ(request.fields["te"], "trailers");
  EXPECT_EQ(request.fields["k"], "v");
  EXPECT_EQ(request.body, "\0\0\0\0\x06\x0a\x04shop"sv);
  EXPECT_TRUE(request.ended);
}

TEST_F(GrpcProbeTest, takes_nothing_but_serving_with_ok_for_well) {
  EXPECT_EQ(answered("\x08\x02"sv, "0"), CheckResult::refused);
  EXPECT_EQ(answered("\x08\x01"sv, "14"), CheckResult::refused);
  EXPECT_EQ(answered("", "12"), CheckResult::refused);
  EXPECT_EQ(answered("\x08\x01"sv, "0", "503"), CheckResult::refused);
  EXPECT_EQ(answered("\x08\x01"sv, "0"), CheckResult::passed);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(GrpcProbeTest, silence_is_no_answer) {
  begin();
  pass(1100ms);
  EXPECT_EQ(result_, CheckResult::unanswered);
}

}  // namespace
}  // namespace weft::proxy
