// ShardRecorder: what one shard tells of finished requests and relayed connections: its counters, what failed lately
// and, if asked for, the access log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/admin/authorization_counters.h"
#include "proxy/admin/plain_text_clients.h"
#include "proxy/policy/record_sink.h"
#include "telemetry/access_log.h"
#include "telemetry/failure_log.h"
#include "telemetry/metrics.h"

namespace weft::proxy {

// Used on its shard's thread alone. The counter of a request that looks like an earlier one is found without an
// allocation: by cluster id, then by the few combinations of route, status and flags that a cluster has seen.
class ShardRecorder final : public RecordSink {
 public:
  // `metrics`, `failures` and `clock` outlive it. `access_log_fd` is not owned; nothing: no access log.
  ShardRecorder(telemetry::ShardMetrics& metrics, telemetry::FailureLog& failures, const Clock& clock,
                std::optional<int> access_log_fd);

  void opened(const ClientFacts& client) override;
  void write(const Exchange& exchange) override;
  void write(const TcpRecord& record, const ClientFacts& client) override;

 private:
  // One combination of labels with its counter.
  struct RequestSeries {
    decide::Direction direction;
    bool is_mutual;  // the client has proven who it is
    uint16_t status;
    telemetry::ResponseFlags flags;
    std::string route;
    telemetry::Counter* counter;
    telemetry::Histogram* duration;
  };
  // The counters of connections that are alike. They belong to the shard's metrics.
  struct TcpSeries {
    decide::Direction direction;
    bool is_mutual;
    telemetry::ResponseFlags flags;
    telemetry::Counter* connections;
    telemetry::Counter* received_bytes;
    telemetry::Counter* sent_bytes;
  };
  // What one cluster has seen.
  struct ClusterSeries {
    std::vector<RequestSeries> requests;
    std::vector<TcpSeries> connections;
  };

  // Writes lines that wait, a second after the first of them.
  class FlushTimer final : public runtime::Timer {
   public:
    explicit FlushTimer(telemetry::AccessLog& log) : log_(&log) {}
    void fire() override { log_->flush(); }

   private:
    telemetry::AccessLog* log_;
  };

  ClusterSeries& series_of(const decide::Cluster* cluster);
  RequestSeries& request_series(const Exchange& exchange);
  TcpSeries& tcp_series(const TcpRecord& record, const ClientFacts& client);
  void tell_request(const Exchange& exchange);
  void tell_connection(const TcpRecord& record, const ClientFacts& client);

  telemetry::ShardMetrics* metrics_;
  telemetry::FailureLog* failures_;
  const Clock* clock_;
  AuthorizationCounters authorization_;
  PlainTextClients plain_text_;
  std::vector<ClusterSeries> clusters_;  // by ClusterId
  ClusterSeries without_cluster_;
  std::unique_ptr<telemetry::AccessLog> log_;
  std::unique_ptr<FlushTimer> flush_timer_;
};

}  // namespace weft::proxy
