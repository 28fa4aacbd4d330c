// DestinationRule.trafficPolicy.connectionPool.tcp: how connections to endpoints are made and kept.
#include <algorithm>

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/socket_mark.h"

namespace weft::control::translate {
namespace {

// Rounded up, and no more than Linux takes (MAX_TCP_KEEPIDLE): a kernel that refuses the option costs the connection.
uint32_t whole_seconds(Duration duration) {
  constexpr int64_t kSecondsMax = 32767;
  return static_cast<uint32_t>(std::min(std::chrono::ceil<std::chrono::seconds>(duration).count(), kSecondsMax));
}

constexpr uint32_t kProbesMax = 127;  // Linux' MAX_TCP_KEEPCNT

void apply_keepalive(const api::istio::TcpKeepalive& said, envoy::config::cluster::v3::Cluster& cluster) {
  auto& keepalive = *cluster.mutable_upstream_connection_options()->mutable_tcp_keepalive();
  if (said.probes > 0) keepalive.mutable_keepalive_probes()->set_value(std::min(said.probes, kProbesMax));
  if (said.time) keepalive.mutable_keepalive_time()->set_value(whole_seconds(*said.time));
  if (said.interval) keepalive.mutable_keepalive_interval()->set_value(whole_seconds(*said.interval));
}

}  // namespace

void apply_connections(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster) {
  constexpr Duration kConnectTimeout = std::chrono::seconds(10);  // Istio's
  const Duration by_default = policy.mesh ? policy.mesh->connect_timeout : kConnectTimeout;
  const auto* tcp = policy.tcp_pool();
  set_duration(tcp ? tcp->connect_timeout.value_or(by_default) : by_default, *cluster.mutable_connect_timeout());
  add_socket_mark(*cluster.mutable_upstream_bind_config());
  // What a rule says goes over MeshConfig.tcpKeepalive, field by field.
  if (policy.mesh && policy.mesh->tcp_keepalive) apply_keepalive(*policy.mesh->tcp_keepalive, cluster);
  if (tcp && tcp->tcp_keepalive) apply_keepalive(*tcp->tcp_keepalive, cluster);
}

}  // namespace weft::control::translate
