// RecordSink: where records of exchanges and TCP connections go when they are over: metrics and access log.
#pragma once

#include "proxy/policy/exchange.h"

namespace weft::proxy {

// What is known of a TCP connection when it is over.
struct TcpRecord {
  Time started{};
  telemetry::ResponseFlags flags;
  uint64_t received_bytes = 0;  // from the client
  uint64_t sent_bytes = 0;      // to the client
  decide::ClusterPtr cluster;
  EndpointRef endpoint;
  std::shared_ptr<const decide::Authorization> guard;               // null: nobody guards the port
  decide::AccessVerdict verdict;                                    // the guard's
  std::shared_ptr<const decide::ExternalAuthorization> authorizer;  // null: nobody else is asked
  std::optional<Consulted> consulted;                               // nothing: nobody else was
  Trouble trouble = Trouble::none;                                  // what stood in the way of the last attempt
  std::string reason;                                               // its error's detail, for the operator
  std::string transport_failure;                                    // likewise, in Envoy's words
  uint32_t attempts = 0;
  decide::SocketAddress endpoint_local;  // ours, on the connection to the endpoint; port 0: there was none

  void set(Flag flag) { flags.set(flag); }
};

// One shard's; what it is given is only good during the call.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A client's connection is taken by a filter chain; what TLS it has is settled.
  virtual void opened(const ClientFacts&) {}
  virtual void write(const Exchange& exchange) = 0;
  virtual void write(const TcpRecord& record, const ClientFacts& client) = 0;
};

}  // namespace weft::proxy
