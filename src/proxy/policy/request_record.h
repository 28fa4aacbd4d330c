// RequestRecord: what is known of one exchange when it is over: for the access log, the metrics and the trace. Filled
// in along the path, written once, at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "decide/authorization/authorization.h"
#include "decide/cluster.h"
#include "decide/listener.h"
#include "decide/routing/route.h"
#include "http/message.h"
#include "proxy/balance/endpoint.h"
#include "telemetry/response_flags.h"

namespace weft::proxy {

using Flag = telemetry::ResponseFlag;

// What came of asking an authorizer: its answer, or that there was none.
struct Consulted {
  enum class Outcome : uint8_t { allowed, denied, failed, failed_open } outcome = Outcome::failed;
  const decide::AccessPolicy* rule = nullptr;  // that says it is to be asked; null: it is asked about everything
};

// Belongs to one exchange; views and pointers are good until it is written.
struct RequestRecord {
  Time started{};
  WallTime started_at{};
  telemetry::ResponseFlags flags;
  std::string_view details;  // Envoy's response code details, a literal
  uint32_t attempts = 0;
  Duration delayed{};           // on purpose, by a fault; no part of the route's timeout
  uint64_t received_bytes = 0;  // of the request's body
  uint64_t sent_bytes = 0;      // of the response's body
  uint16_t status = 0;          // 0: no response was sent
  Time sent_upstream{};         // the request went out to the endpoint
  Time answered{};              // its response's head came
  const decide::Route* route = nullptr;
  const decide::Cluster* cluster = nullptr;
  EndpointRef endpoint;
  std::optional<std::string_view> token_denial;        // why tokens were refused; empty: they were not; nothing: unseen
  std::optional<Consulted> consulted;                  // nothing: no authorizer was asked
  std::optional<decide::AccessVerdict> authorization;  // nothing: nobody guards what was asked for

  void set(Flag flag) { flags.set(flag); }
  bool has(Flag flag) const { return flags.has(flag); }
};

}  // namespace weft::proxy
