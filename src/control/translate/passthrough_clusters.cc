#include "control/translate/passthrough_clusters.h"

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/names.h"
#include "control/translate/socket_mark.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;

// To wherever the connection was addressed, in the HTTP version the client chose.
Cluster original_destination(std::string_view name) {
  constexpr int64_t kIdleSeconds = 300;  // addresses come and go: pooled connections are not kept for an hour
  Cluster cluster;
  cluster.set_name(std::string(name));
  cluster.set_type(Cluster::ORIGINAL_DST);
  cluster.set_lb_policy(Cluster::CLUSTER_PROVIDED);
  apply_connections({}, cluster);
  apply_circuit_breakers({}, cluster);
  envoy::extensions::upstreams::http::v3::HttpProtocolOptions options;
  options.mutable_common_http_protocol_options()->mutable_idle_timeout()->set_seconds(kIdleSeconds);
  options.mutable_use_downstream_protocol_config()->mutable_http_protocol_options();
  options.mutable_use_downstream_protocol_config()->mutable_http2_protocol_options();
  pack(options,
       (*cluster.mutable_typed_extension_protocol_options())["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]);
  return cluster;
}

Cluster black_hole() {
  constexpr int64_t kConnectSeconds = 10;
  Cluster cluster;
  cluster.set_name(std::string(kBlackHoleCluster));
  cluster.set_type(Cluster::STATIC);
  cluster.mutable_connect_timeout()->set_seconds(kConnectSeconds);
  return cluster;
}

}  // namespace

Resources passthrough_clusters() {
  auto inbound = original_destination(kInboundPassthroughCluster);
  bind_to_magic_address(*inbound.mutable_upstream_bind_config());
  auto outbound = original_destination(kPassthroughCluster);
  auto nowhere = black_hole();
  return {encode(nowhere.name(), nowhere), encode(inbound.name(), inbound), encode(outbound.name(), outbound)};
}

}  // namespace weft::control::translate
