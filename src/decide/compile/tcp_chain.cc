#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>

#include "decide/compile/http_chain.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {

using envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy;

Result<TcpChain> compile_tcp_chain(const google::protobuf::Any& config, Ids& ids) {
  WEFT_TRY(auto wire, unpack<TcpProxy>(config, "the filter's configuration"));
  if (wire.has_tunneling_config()) return fail(Reason::unsupported, "tunneling_config is not supported");
  for (const auto& policy : wire.hash_policy()) {
    if (!policy.has_source_ip()) return fail(Reason::unsupported, "a hash_policy other than source_ip");
  }
  if (wire.has_metadata_match()) return fail(Reason::unsupported, "metadata_match is not supported");
  TcpChain chain{.stat_prefix = wire.stat_prefix()};
  chain.hashes_source_address = wire.hash_policy_size() > 0;
  if (wire.has_idle_timeout()) chain.idle_timeout = to_duration(wire.idle_timeout());
  chain.connection_age_max = to_duration(wire.max_downstream_connection_duration());
  if (wire.has_max_connect_attempts()) chain.connect_attempts_max = std::max(1U, wire.max_connect_attempts().value());
  if (!wire.cluster().empty()) {
    chain.clusters.push_back({.cluster = ids.clusters.id_of(wire.cluster()), .weight_up_to = 1});
    return chain;
  }
  uint64_t sum = 0;
  for (const auto& one : wire.weighted_clusters().clusters()) {
    if (one.name().empty()) return fail(Reason::unsupported, "a weighted cluster without a name");
    sum += one.weight();
    chain.clusters.push_back({.cluster = ids.clusters.id_of(one.name()), .weight_up_to = sum});
  }
  if (sum == 0) return fail(Reason::invalid, "a TCP proxy without a cluster");
  return chain;
}

}  // namespace weft::decide
