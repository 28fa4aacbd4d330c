#include "proxy/admin/plain_text_clients.h"

namespace weft::proxy {
namespace {

using telemetry::Family;
using telemetry::MetricKind;

constexpr Family kPlainConnections{MetricKind::counter, "weft_plain_text_connections_total",
                                   "Connections to the workload without mutual TLS, by client address and port"};
constexpr Family kPlainLastSeen{MetricKind::latest, "weft_plain_text_last_seen_seconds",
                                "When such a client last connected or asked for something, in seconds since 1970"};
constexpr std::string_view kOthers = "other";

int64_t seconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

void PlainTextClients::note_connection(const decide::IpAddress& client, uint16_t port, WallTime now) {
  Series& series = series_of(client, port);
  series.connections->add();
  series.last_seen->set(seconds_of(now));
}

void PlainTextClients::note_request(const decide::IpAddress& client, uint16_t port, WallTime now) {
  series_of(client, port).last_seen->set(seconds_of(now));
}

PlainTextClients::Series& PlainTextClients::series_of(const decide::IpAddress& client, uint16_t port) {
  const decide::SocketAddress key{client, port};
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  if (known_.size() < kKnownMax) return known_.emplace(key, make(client.to_string(), port)).first->second;
  // Ports are as many as a client likes to call; beyond the limit they are not told apart either.
  const uint16_t told = others_.size() < kKnownMax ? port : 0;
  const auto [place, is_new] = others_.try_emplace(told);
  if (is_new) place->second = make(std::string(kOthers), told);
  return place->second;
}

PlainTextClients::Series PlainTextClients::make(const std::string& client, uint16_t port) {
  const telemetry::Labels labels = {{"client", client}, {"port", std::to_string(port)}};
  return {&metrics_->counter(kPlainConnections, labels), &metrics_->gauge(kPlainLastSeen, labels)};
}

}  // namespace weft::proxy
