// Inspection: what the admin pages ask of the running proxy. Implemented where configuration and workers are known;
// asked on the main thread only, which is also where the pages are served.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/accept/worker.h"
#include "runtime/task.h"
#include "telemetry/failure_log.h"
#include "telemetry/metrics.h"

namespace weft::proxy {

// One listener that accepts connections.
struct ListenerStatus {
  std::string name;
  std::string address;
};

// In the order in which a proxy passes through them.
enum class ProxyState : uint8_t { initializing, live, draining };

// Whether listeners close now, or after a time in which their clients learn of it.
enum class DrainManner : uint8_t { at_once, graceful };

// See the head of this file. Outlives the admin servers.
class Inspection {
 public:
  virtual ~Inspection() = default;

  // Initializing until the first whole configuration is in force and its listeners accept.
  virtual ProxyState state() const = 0;
  // What is still awaited while it initializes; for the operator.
  virtual std::string waiting_for() const = 0;

  // What really runs, with the metadata that tells where it came from: JSON in the shape of Envoy's.
  virtual std::string config_dump() const = 0;
  virtual std::vector<ListenerStatus> listeners() const = 0;
  // Summed over the workers, which are asked by message.
  virtual runtime::Task<std::vector<ShardStatus::Cluster>> clusters() = 0;
  // The numbers of all threads, those that are only taken when someone asks included.
  virtual runtime::Task<std::vector<const telemetry::ShardMetrics*>> metrics() = 0;
  // What failed lately on all shards, which are asked by message; in no order.
  virtual runtime::Task<std::vector<telemetry::FailureRecord>> failures() = 0;

  // The present connections say goodbye with their next response, and no more are accepted.
  virtual void drain_listeners(DrainManner manner) = 0;
  // End the process as SIGTERM does.
  virtual void quit() = 0;
};

}  // namespace weft::proxy
