#include "proxy/admin/plain_text_clients.h"

#include <gtest/gtest.h>

#include "telemetry/exposition.h"

namespace weft::proxy {
namespace {

std::string statistics_of(const telemetry::ShardMetrics& metrics) {
  const telemetry::ShardMetrics* const shard = &metrics;
  return telemetry::plain_statistics({&shard, 1});
}

decide::IpAddress ip(const std::string& text) {
  return decide::IpAddress::parse(text).value();
}

WallTime at(int seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

TEST(PlainTextClients, tells_clients_and_ports_apart_and_when_they_were_last_seen) {
  telemetry::ShardMetrics metrics;
  PlainTextClients clients(metrics);
  clients.note_connection(ip("10.244.0.5"), 8080, at(100));
  clients.note_connection(ip("10.244.0.5"), 8080, at(110));
  clients.note_connection(ip("10.244.0.6"), 9090, at(120));
  clients.note_request(ip("10.244.0.5"), 8080, at(130));
  EXPECT_EQ(statistics_of(metrics),
            "weft_plain_text_connections_total{client=\"10.244.0.5\",port=\"8080\"}: 2\n"
            "weft_plain_text_connections_total{client=\"10.244.0.6\",port=\"9090\"}: 1\n"
            "weft_plain_text_last_seen_seconds{client=\"10.244.0.5\",port=\"8080\"}: 130\n"
            "weft_plain_text_last_seen_seconds{client=\"10.244.0.6\",port=\"9090\"}: 120\n");
}

TEST(PlainTextClients, counts_those_together_who_come_after_too_many) {
  telemetry::ShardMetrics metrics;
  PlainTextClients clients(metrics);
  for (uint32_t i = 0; i < PlainTextClients::kKnownMax + 3; ++i)
    clients.note_connection(decide::IpAddress::from_v4(i), 8080, at(1));
  const std::string statistics = statistics_of(metrics);
  EXPECT_NE(statistics.find("weft_plain_text_connections_total{client=\"other\",port=\"8080\"}: 3\n"),
            std::string::npos);
  EXPECT_EQ(metrics.series().size(), (PlainTextClients::kKnownMax + 1) * 2);
}

}  // namespace
}  // namespace weft::proxy
