#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>

#include "control/translate/encode.h"
#include "control/translate/listener/filters.h"

namespace weft::control::translate {

void add_tcp(std::string_view stat_prefix, const std::vector<TcpShare>& shares,
             envoy::config::listener::v3::FilterChain& chain) {
  envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy proxy;
  proxy.set_stat_prefix(std::string(stat_prefix));
  if (shares.size() == 1) {
    proxy.set_cluster(shares.front().cluster);
  } else {
    for (const auto& share : shares) {
      auto& cluster = *proxy.mutable_weighted_clusters()->add_clusters();
      cluster.set_name(share.cluster);
      cluster.set_weight(share.weight);
    }
  }
  auto& filter = *chain.add_filters();
  filter.set_name("envoy.filters.network.tcp_proxy");
  pack(proxy, *filter.mutable_typed_config());
}

void add_tcp(std::string_view cluster, envoy::config::listener::v3::FilterChain& chain) {
  add_tcp(cluster, {{std::string(cluster), 1}}, chain);
}

void add_guarded_tcp(std::string_view cluster, const Guards& guards, envoy::config::listener::v3::FilterChain& chain) {
  for (const auto& guard : guards.tcp) *chain.add_filters() = guard;
  add_tcp(cluster, chain);
}

void set_address(std::string_view address, uint32_t port, envoy::config::listener::v3::Listener& listener) {
  fill_endpoint_address(address, port, *listener.mutable_address());
}

void match_http(envoy::config::listener::v3::FilterChainMatch& match) {
  match.set_transport_protocol("raw_buffer");
  match.add_application_protocols("http/1.1");
  match.add_application_protocols("h2c");
}

}  // namespace weft::control::translate
