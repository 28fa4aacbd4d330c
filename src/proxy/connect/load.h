// Load: an exchange as its endpoint and cluster count it.
#pragma once

#include <utility>

#include "proxy/balance/cluster_state.h"
#include "proxy/balance/endpoint.h"

namespace weft::proxy {

// Counts an exchange as load of its endpoint and cluster until its response is over.
class Load {
 public:
  Load() = default;
  explicit Load(EndpointRef endpoint) : endpoint_(std::move(endpoint)) {
    ++endpoint_->active_requests;
    ++endpoint_->cluster->in_use.requests;
  }
  Load(Load&& other) noexcept = default;
  Load& operator=(Load&& other) noexcept {
    std::swap(endpoint_, other.endpoint_);
    return *this;
  }
  ~Load() {
    if (!endpoint_) return;
    --endpoint_->active_requests;
    --endpoint_->cluster->in_use.requests;
  }

 private:
  EndpointRef endpoint_;
};

}  // namespace weft::proxy
