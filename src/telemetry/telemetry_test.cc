#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "telemetry/access_log.h"
#include "telemetry/exposition.h"

namespace weft::telemetry {
namespace {

constexpr double kBounds[] = {0.0005, 1, 25};
constexpr Family kRequests{MetricKind::counter, "weft_requests_total", "Requests, by \\ and\nline"};
constexpr Family kConnections{MetricKind::gauge, "weft_connections", "Connections that are open"};
constexpr Family kDuration{MetricKind::histogram, "weft_request_duration_seconds", "Time of requests", kBounds};

std::string page_of(const ShardMetrics& first, const ShardMetrics& second) {
  const ShardMetrics* const shards[] = {&first, &second};
  return exposition(shards);
}

void fill(ShardMetrics& first, ShardMetrics& second) {
  first.counter(kRequests, {{"cluster", "b"}, {"flags", "-"}}).add(2);
  first.counter(kRequests, {{"cluster", "a\"\\\n"}, {"flags", "UF,URX"}}).add();
  second.counter(kRequests, {{"cluster", "b"}, {"flags", "-"}}).add(40);
  first.gauge(kConnections).set(5);
  second.gauge(kConnections).add(-2);
  for (const double value : {0.0005, 0.6, 1000.0}) first.histogram(kDuration, {{"cluster", "b"}}).observe(value);
  second.histogram(kDuration, {{"cluster", "b"}}).observe(25);
}

TEST(Exposition, SumsTheShardsAndPrintsInAStableOrder) {
  ShardMetrics first;
  ShardMetrics second;
  fill(first, second);
  EXPECT_EQ(page_of(first, second),
            "# HELP weft_connections Connections that are open\n"
            "# TYPE weft_connections gauge\n"
            "weft_connections 3\n"
            "# HELP weft_request_duration_seconds Time of requests\n"
            "# TYPE weft_request_duration_seconds histogram\n"
            "weft_request_duration_seconds_bucket{cluster=\"b\",le=\"0.0005\"} 1\n"
            "weft_request_duration_seconds_bucket{cluster=\"b\",le=\"1\"} 2\n"
            "weft_request_duration_seconds_bucket{cluster=\"b\",le=\"25\"} 3\n"
            "weft_request_duration_seconds_bucket{cluster=\"b\",le=\"+Inf\"} 4\n"
            "weft_request_duration_seconds_sum{cluster=\"b\"} 1025.6005\n"
            "weft_request_duration_seconds_count{cluster=\"b\"} 4\n"
            "# HELP weft_requests_total Requests, by \\\\ and\\nline\n"
            "# TYPE weft_requests_total counter\n"
            "weft_requests_total{cluster=\"a\\\"\\\\\\n\",flags=\"UF,URX\"} 1\n"
            "weft_requests_total{cluster=\"b\",flags=\"-\"} 42\n");
}

TEST(Exposition, ShowsTheGreatestOfWhatWasLatest) {
  constexpr Family kSeen{MetricKind::latest, "weft_seen_seconds", "When"};
  ShardMetrics first;
  ShardMetrics second;
  first.gauge(kSeen).set(170);
  second.gauge(kSeen).set(160);
  EXPECT_EQ(page_of(first, second),
            "# HELP weft_seen_seconds When\n# TYPE weft_seen_seconds gauge\nweft_seen_seconds 170\n");
}

TEST(Exposition, IsWhatPromtoolAccepts) {
  if (system("command -v promtool >/dev/null 2>&1") != 0) GTEST_SKIP() << "promtool is not installed";
  ShardMetrics first;
  ShardMetrics second;
  fill(first, second);
  char path[] = "/tmp/weft-metrics-XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(path) << page_of(first, second);
  EXPECT_EQ(system(("promtool check metrics < " + std::string(path)).c_str()), 0);
  unlink(path);
}

TEST(Exposition, PrintsPlainLinesForPeople) {
  ShardMetrics first;
  ShardMetrics second;
  fill(first, second);
  const ShardMetrics* const shards[] = {&first, &second};
  EXPECT_EQ(plain_statistics(shards),
            "weft_connections: 3\n"
            "weft_request_duration_seconds{cluster=\"b\"}: count 4 sum 1025.6005\n"
            "weft_requests_total{cluster=\"a\\\"\\\\\\n\",flags=\"UF,URX\"}: 1\n"
            "weft_requests_total{cluster=\"b\",flags=\"-\"}: 42\n");
}

TEST(ShardMetrics, GivesTheSameNumberForTheSameLabels) {
  ShardMetrics metrics;
  Counter& counter = metrics.counter(kRequests, {{"cluster", "a"}});
  for (int i = 0; i < 100; ++i) metrics.counter(kRequests, {{"cluster", std::to_string(i)}});
  EXPECT_EQ(&metrics.counter(kRequests, {{"cluster", "a"}}), &counter);
  EXPECT_NE(&metrics.counter(kRequests, {{"cluster", "0"}}), &counter);
}

TEST(AccessLog, PrintsIstiosDefaultLine) {
  AccessRecord record;
  record.start = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(3) +
                          std::chrono::minutes(4) + std::chrono::milliseconds(5678));
  record.method = "GET";
  record.path = "/a?b";
  record.protocol = "HTTP/1.1";
  record.status = 503;
  record.flags = {ResponseFlag::connection_failed, ResponseFlag::attempts_exhausted};
  record.details = "via_upstream";
  record.bytes_received = 12;
  record.bytes_sent = 345;
  record.duration = std::chrono::microseconds(7999);
  record.service_time = "6";
  record.user_agent = "curl/8";
  record.request_id = "id";
  record.authority = "nodejs-api:3000";
  record.endpoint = "10.244.0.3:3000";
  record.cluster = "outbound|3000|v1|nodejs-api.nodejs-app.svc.cluster.local";
  record.local_address = "10.96.0.2:3000";
  record.client_address = "10.244.0.9:40000";
  record.route = "default";
  ByteBuffer out;
  append_line(out, record);
  EXPECT_EQ(out.readable(),
            "[2026-01-02T03:04:05.678Z] \"GET /a?b HTTP/1.1\" 503 UF,URX via_upstream - \"-\" 12 345 7 6 \"-\" "
            "\"curl/8\" \"id\" "
            "\"nodejs-api:3000\" \"10.244.0.3:3000\" outbound|3000|v1|nodejs-api.nodejs-app.svc.cluster.local - "
            "10.96.0.2:3000 10.244.0.9:40000 - default\n");
}

TEST(AccessLog, PrintsDashesForWhatIsMissing) {
  ByteBuffer out;
  append_line(out, {});
  EXPECT_EQ(out.readable(),
            "[1970-01-01T00:00:00.000Z] \"- - -\" 0 - - - \"-\" 0 0 0 - \"-\" \"-\" \"-\" \"-\" \"-\" - - - - - -\n");
}

TEST(AccessLog, LosesLinesRatherThanWaitForItsReader) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    AccessLog log(ends[1]);
    for (int i = 0; i < 20'000; ++i) log.write({});
    EXPECT_GT(log.lines_lost(), 0u);
  }
  std::string text(1 << 17, '\0');
  EXPECT_GT(read(ends[0], text.data(), text.size()), 4096);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace weft::telemetry
