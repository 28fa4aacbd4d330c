#include "proxy/admin/pages.h"

#include <gtest/gtest.h>

#include "net/memory_stream.h"
#include "proxy/admin/json_text.h"
#include "runtime/gate.h"

namespace weft::proxy {
namespace {

constexpr telemetry::Family kRequests{telemetry::MetricKind::counter, "weft_requests_total", "Requests"};

// A proxy that is what the test says.
class TestInspection final : public Inspection {
 public:
  ProxyState state() const override { return now; }
  std::string waiting_for() const override { return "clusters"; }
  std::string config_dump() const override { return "{\"configs\":[]}"; }
  std::vector<ListenerStatus> listeners() const override { return {{"virtualOutbound", "0.0.0.0:15001"}}; }
  runtime::Task<std::vector<ShardStatus::Cluster>> clusters() override {
    ShardStatus::Cluster cluster{
        .name = "outbound|80||a", .in_use = {.connections = 4, .requests = 3}, .limits = {}, .endpoints = {}};
    HealthFlags flags;
    flags.set(HealthFlag::failed_discovery);
    cluster.endpoints.push_back(
        {.address = "10.1.1.1:80", .flags = flags, .weight = 2, .active_requests = 3, .successes = 9});
    co_return std::vector{cluster};
  }
  runtime::Task<std::vector<const telemetry::ShardMetrics*>> metrics() override {
    co_return std::vector<const telemetry::ShardMetrics*>{&shard};
  }
  runtime::Task<std::vector<telemetry::FailureRecord>> failures() override { co_return failed; }
  void drain_listeners(DrainManner manner) override { drained = manner; }
  void quit() override { quitted = true; }

  ProxyState now = ProxyState::live;
  telemetry::ShardMetrics shard;
  std::vector<telemetry::FailureRecord> failed;
  std::optional<DrainManner> drained;
  bool quitted = false;
};

class PagesTest : public testing::Test {
 protected:
  PagesTest() { inspection_.shard.counter(kRequests, {{"cluster", "a"}}).add(3); }

  // The handler's whole answer to one request.
  std::string ask(http::Handler& handler, std::string_view method, std::string_view path) {
    auto [client, server] = net::MemoryStream::connected(reactor_, 1 << 20);
    runtime::Gate gate(reactor_);
    spawn(gate, http::serve_connection(reactor_, std::move(server), handler, options_));
    const std::string request = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    const iovec part{const_cast<char*>(request.data()), request.size()};
    client->try_write({&part, 1});
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
    std::string answer(1 << 20, '\0');
    const net::Io io = client->try_read(answer);
    answer.resize(io.done() ? io.size : 0);
    client.reset();
    for (int i = 0; i < 10; ++i) reactor_.turn(Duration::zero());
    return answer;
  }
  std::string get(std::string_view path) { return ask(pages_, "GET", path); }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  static int status_of(const std::string& answer) { return std::stoi(answer.substr(9)); }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  http::h1::ServerOptions options_;
  TestInspection inspection_;
  AdminPages pages_{
      inspection_, {.node_id = "sidecar~1", .node_cluster = "a", .options = {{"xds", "unix:\"x\""}}}, clock_};
};

TEST_F(PagesTest, TellWhetherTheProxyIsReady) {
  EXPECT_EQ(body_of(get("/ready")), "LIVE\n");
  inspection_.now = ProxyState::initializing;
  EXPECT_EQ(status_of(get("/ready")), 503);
  EXPECT_EQ(body_of(get("/ready")), "PRE_INITIALIZING: waiting for clusters\n");
  inspection_.now = ProxyState::draining;
  EXPECT_EQ(body_of(get("/ready")), "DRAINING\n");
}

telemetry::FailureRecord failure(std::string_view id, int started_ms) {
  telemetry::AccessRecord access;
  access.start = WallTime(std::chrono::milliseconds(started_ms));
  access.status = 503;
  access.flags = {telemetry::ResponseFlag::no_cluster};
  access.request_id = id;
  access.path = "/a\"b";
  return {access, {.attempts = 1, .object = "VirtualService shop/reviews", .file = "reviews.yaml", .line = 21}};
}

TEST_F(PagesTest, TellWhatFailedTheNewestFirst) {
  inspection_.failed = {failure("8d0e41aa", 1000), failure("77777777", 3000), failure("8d0e41bb", 2000)};
  const std::string newest =
      R"({"failures":[{"started_ms":3000,"duration_ms":0,"status":503,"attempts":1,"flags":"NC","request_id":"77777777",)"
      R"("path":"/a\"b","object":"VirtualService shop/reviews","file":"reviews.yaml","line":21}]})"
      "\n";
  EXPECT_EQ(body_of(get("/why?last=1")), newest);
  const std::string one = body_of(get("/why?id=8d0e41bb"));
  EXPECT_EQ(one.find("8d0e41aa"), one.npos);
  EXPECT_NE(one.find("8d0e41bb"), one.npos);
  EXPECT_EQ(body_of(get("/why?id=none")), "{\"failures\":[]}\n");
  EXPECT_EQ(status_of(get("/why?last=x")), 400);
}

TEST_F(PagesTest, PrintNumbersForPrometheusAndForPeople) {
  EXPECT_EQ(body_of(get("/stats")), "weft_requests_total{cluster=\"a\"}: 3\n");
  EXPECT_EQ(body_of(get("/stats?filter=nothing")), "");
  const std::string page =
      "# HELP weft_requests_total Requests\n# TYPE weft_requests_total counter\nweft_requests_total{cluster=\"a\"} 3\n";
  EXPECT_EQ(body_of(get("/stats/prometheus")), page);
  EXPECT_EQ(body_of(get("/stats?format=prometheus")), page);
}

TEST_F(PagesTest, ShowClustersInEnvoysLines) {
  EXPECT_EQ(body_of(get("/clusters")),
            "outbound|80||a::default_priority::max_connections::1024\n"
            "outbound|80||a::default_priority::max_pending_requests::1024\n"
            "outbound|80||a::default_priority::max_requests::1024\n"
            "outbound|80||a::default_priority::max_retries::3\n"
            "outbound|80||a::cx_active::4\n"
            "outbound|80||a::rq_pending::0\n"
            "outbound|80||a::rq_active::3\n"
            "outbound|80||a::10.1.1.1:80::rq_active::3\n"
            "outbound|80||a::10.1.1.1:80::rq_success::9\n"
            "outbound|80||a::10.1.1.1:80::rq_error::0\n"
            "outbound|80||a::10.1.1.1:80::health_flags::/failed_eds_health\n"
            "outbound|80||a::10.1.1.1:80::weight::2\n"
            "outbound|80||a::10.1.1.1:80::priority::0\n");
}

TEST_F(PagesTest, ShowConfigurationListenersAndProcess) {
  EXPECT_EQ(body_of(get("/config_dump")), "{\"configs\":[]}\n");
  EXPECT_EQ(body_of(get("/listeners")), "virtualOutbound::0.0.0.0:15001\n");
  EXPECT_EQ(body_of(get("/listeners?format=json")),
            "{\"listeners\":[{\"name\":\"virtualOutbound\",\"address\":\"0.0.0.0:15001\"}]}\n");
  clock_.advance(std::chrono::seconds(5));
  EXPECT_EQ(body_of(get("/server_info")),
            "{\"version\":\"weft/" WEFT_VERSION
            "\",\"state\":\"LIVE\",\"uptime_current_epoch\":\"5s\",\"node\":{\"id\":\"sidecar~1\","
            "\"cluster\":\"a\"},\"command_line_options\":{\"restart_epoch\":0,\"xds\":\"unix:\\\"x\\\"\"}}\n");
  EXPECT_EQ(body_of(get("/certs")), "{\"certificates\":[]}\n");
}

TEST_F(PagesTest, ActOnlyOnPost) {
  EXPECT_EQ(status_of(get("/drain_listeners?graceful")), 404);
  EXPECT_FALSE(inspection_.drained);
  EXPECT_EQ(status_of(ask(pages_, "POST", "/drain_listeners?graceful")), 200);
  EXPECT_EQ(inspection_.drained, DrainManner::graceful);
  EXPECT_EQ(status_of(ask(pages_, "POST", "/drain_listeners")), 200);
  EXPECT_EQ(inspection_.drained, DrainManner::at_once);
  EXPECT_EQ(status_of(ask(pages_, "POST", "/drain_listeners?inboundonly&graceful")), 400);
  EXPECT_EQ(status_of(ask(pages_, "POST", "/quitquitquit")), 200);
  EXPECT_TRUE(inspection_.quitted);
  EXPECT_EQ(status_of(ask(pages_, "POST", "/logging?level=loud")), 400);
  EXPECT_EQ(status_of(ask(pages_, "PUT", "/ready")), 405);
}

TEST_F(PagesTest, ShowThePodsNetworkOnlyHealthAndMetrics) {
  PublicPages health(inspection_, PublicPages::Kind::health);
  PublicPages metrics(inspection_, PublicPages::Kind::metrics);
  EXPECT_EQ(status_of(ask(health, "GET", "/healthz/ready")), 200);
  EXPECT_EQ(status_of(ask(health, "GET", "/stats/prometheus")), 404);
  EXPECT_EQ(status_of(ask(health, "POST", "/quitquitquit")), 404);
  EXPECT_EQ(status_of(ask(metrics, "GET", "/stats/prometheus")), 200);
  EXPECT_EQ(status_of(ask(metrics, "GET", "/config_dump")), 404);
  inspection_.now = ProxyState::draining;
  EXPECT_EQ(status_of(ask(health, "GET", "/healthz/ready")), 503);
}

TEST(JsonText, EscapesQuotesAndControlCharacters) {
  EXPECT_EQ(json_text("a\"\\\n"), "\"a\\\"\\\\\\u000a\"");
}

}  // namespace
}  // namespace weft::proxy
