// PlainTextClients: which addresses reach the workload's ports without mutual TLS: whom STRICT would keep out.
#pragma once

#include <unordered_map>

#include "base/clock.h"
#include "decide/address.h"
#include "telemetry/metrics.h"

namespace weft::proxy {

// One shard's; used on its thread alone. Notes whom it knows without an allocation. So many clients at most; later ones
// are counted together, so that nobody can fill memory, or a page of metrics, by coming from many addresses.
class PlainTextClients {
 public:
  static constexpr size_t kKnownMax = 512;  // clients and ports; a workload's callers are tens, seldom hundreds

  explicit PlainTextClients(telemetry::ShardMetrics& metrics) : metrics_(&metrics) {}

  void note_connection(const decide::IpAddress& client, uint16_t port, WallTime now);
  // On a connection that was noted before.
  void note_request(const decide::IpAddress& client, uint16_t port, WallTime now);

 private:
  // Some client's connections to some port. Without an address: everybody's who came too late.
  struct Series {
    telemetry::Counter* connections;
    telemetry::Gauge* last_seen;
  };

  Series& series_of(const decide::IpAddress& client, uint16_t port);
  Series make(const std::string& client, uint16_t port);

  telemetry::ShardMetrics* metrics_;
  std::unordered_map<decide::SocketAddress, Series> known_;  // by the client's address and the port it called
  std::unordered_map<uint16_t, Series> others_;
};

}  // namespace weft::proxy
