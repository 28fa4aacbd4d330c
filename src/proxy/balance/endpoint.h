// Endpoint: what a shard knows at run time of one address of one cluster: who uses it and how busy it is. Survives
// every configuration change that keeps the address.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/strong_id.h"
#include "decide/address.h"
#include "decide/cluster.h"
#include "proxy/balance/error_rows.h"
#include "proxy/balance/health_flags.h"
#include "proxy/balance/latency_estimate.h"

namespace weft::proxy {

// Finds what other layers keep for an endpoint (its connections). Dense per shard; used again once the endpoint is
// gone.
using EndpointId = StrongId<struct EndpointTag>;

class ClusterState;
class EndpointIds;

// Kept alive by its cluster while it is in the endpoint set, and by every request and connection that uses it. One
// shard.
struct Endpoint {
  EndpointId id;
  decide::EndpointAddress address;
  std::string text;  // the address as logs print it
  std::string workload;
  uint32_t weight = 1;
  uint32_t priority = 0;
  HealthFlags flags;
  bool multiplexes = false;                                   // as the endpoint set says
  std::shared_ptr<const decide::SocketLabels> socket_labels;  // the same
  bool is_gone = false;  // left the set: connections to it are closed as they become idle
  ErrorRowsPtr errors;   // what all shards have seen of it; null: nobody counts them
  Time in_service_since = Time::min();
  LatencyEstimate latency;  // kept where balancing goes by it
  uint32_t active_requests = 0;
  uint64_t successes = 0;  // exchanges that brought a response below 500
  uint64_t failures = 0;
  ClusterState* cluster = nullptr;  // outlives every endpoint

 private:
  friend class EndpointRef;
  EndpointIds* ids = nullptr;
  uint32_t references = 0;
};

// Hands out endpoint ids. One shard; outlives its endpoints.
class EndpointIds {
 public:
  EndpointId take() {
    if (free_.empty()) return EndpointId(next_++);
    const EndpointId id = free_.back();
    free_.pop_back();
    return id;
  }
  void give_back(EndpointId id) { free_.push_back(id); }

 private:
  uint32_t next_ = 0;
  std::vector<EndpointId> free_;
};

// Shared ownership of an endpoint within one shard: a plain counter, no atomics.
class EndpointRef {
 public:
  EndpointRef() = default;
  explicit EndpointRef(Endpoint* endpoint) : endpoint_(endpoint) { ++endpoint_->references; }
  EndpointRef(const EndpointRef& other) : endpoint_(other.endpoint_) {
    if (endpoint_ != nullptr) ++endpoint_->references;
  }
  EndpointRef(EndpointRef&& other) noexcept : endpoint_(std::exchange(other.endpoint_, nullptr)) {}
  EndpointRef& operator=(EndpointRef other) noexcept {
    std::swap(endpoint_, other.endpoint_);
    return *this;
  }
  ~EndpointRef() {
    if (endpoint_ == nullptr || --endpoint_->references > 0) return;
    endpoint_->ids->give_back(endpoint_->id);
    delete endpoint_;
  }

  static EndpointRef make(EndpointIds& ids, ClusterState& cluster, const decide::EndpointAddress& address);

  Endpoint* get() const { return endpoint_; }
  Endpoint* operator->() const { return endpoint_; }
  Endpoint& operator*() const { return *endpoint_; }
  explicit operator bool() const { return endpoint_ != nullptr; }
  // Nobody but the holder of this reference uses the endpoint.
  bool is_last() const { return endpoint_->references == 1; }

 private:
  Endpoint* endpoint_ = nullptr;
};

inline EndpointRef EndpointRef::make(EndpointIds& ids, ClusterState& cluster, const decide::EndpointAddress& address) {
  auto* endpoint = new Endpoint;
  endpoint->id = ids.take();
  endpoint->address = address;
  endpoint->text = address.to_string();
  endpoint->cluster = &cluster;
  endpoint->ids = &ids;
  return EndpointRef(endpoint);
}

}  // namespace weft::proxy
