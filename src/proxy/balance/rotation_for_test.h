// What tests of balancing share: clusters and endpoint sets in short.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/balance/rotation.h"

namespace weft::proxy {

inline decide::SocketAddress at(int last) {
  return {*decide::IpAddress::parse("10.0." + std::to_string(last / 256) + "." + std::to_string(last % 256)), 80};
}

// Endpoints 10.0.0.1, .2 ... with these weights.
inline std::shared_ptr<decide::EndpointSet> endpoints_with(const std::vector<uint32_t>& weights) {
  auto set = std::make_shared<decide::EndpointSet>();
  for (const uint32_t weight : weights)
    set->endpoints.push_back({.address = at(static_cast<int>(set->endpoints.size()) + 1), .weight = weight});
  return set;
}
inline std::shared_ptr<decide::EndpointSet> endpoints(size_t count) {
  return endpoints_with(std::vector<uint32_t>(count, 1));
}

inline std::shared_ptr<decide::Cluster> cluster_with(decide::Balancing balancing) {
  auto cluster = std::make_shared<decide::Cluster>();
  cluster->balancing = balancing;
  return cluster;
}

}  // namespace weft::proxy
