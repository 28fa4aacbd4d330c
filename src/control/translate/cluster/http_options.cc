// DestinationRule.trafficPolicy.connectionPool.http beyond its limits, and the HTTP version by the port's protocol.
#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

using envoy::config::core::v3::Http2ProtocolOptions;
using envoy::extensions::upstreams::http::v3::HttpProtocolOptions;
using mesh::Protocol;

void fill_http2(const api::istio::HttpPool* pool, Http2ProtocolOptions& options) {
  if (!pool) return;
  if (pool->max_concurrent_streams > 0) {
    options.mutable_max_concurrent_streams()->set_value(static_cast<uint32_t>(pool->max_concurrent_streams));
  }
  if (!pool->http2_keep_alive) return;
  auto& keepalive = *options.mutable_connection_keepalive();
  if (pool->http2_keep_alive->interval) set_duration(*pool->http2_keep_alive->interval, *keepalive.mutable_interval());
  if (pool->http2_keep_alive->timeout) set_duration(*pool->http2_keep_alive->timeout, *keepalive.mutable_timeout());
}

// A rule's word comes before MeshConfig.h2UpgradePolicy.
bool upgrades(const EffectivePolicy& policy) {
  using api::istio::H2UpgradePolicy;
  const auto* pool = policy.http_pool();
  const auto said = pool ? pool->h2_upgrade_policy : H2UpgradePolicy::mesh_default;
  if (said != H2UpgradePolicy::mesh_default) return said == H2UpgradePolicy::upgrade;
  return policy.mesh && policy.mesh->h2_upgrade_policy == api::istio::MeshH2Upgrade::upgrade;
}

void choose_version(const EffectivePolicy& policy, HttpVersion version, HttpProtocolOptions& options) {
  const auto* pool = policy.http_pool();
  if (version == HttpVersion::of_client) {
    auto& config = *options.mutable_use_downstream_protocol_config();
    config.mutable_http_protocol_options();
    fill_http2(pool, *config.mutable_http2_protocol_options());
  } else if (version == HttpVersion::http2) {
    fill_http2(pool, *options.mutable_explicit_http_config()->mutable_http2_protocol_options());
  } else {
    options.mutable_explicit_http_config()->mutable_http_protocol_options();
  }
}

// A rule's TLS without a server name sends the request's host, and without names that count looks for that one.
void name_server(const EffectivePolicy& policy, HttpProtocolOptions& options) {
  using api::istio::TlsMode;
  const auto* tls = policy.tls;
  if (!tls || (tls->mode != TlsMode::simple && tls->mode != TlsMode::mutual) || !tls->sni.empty()) return;
  auto& server = *options.mutable_upstream_http_protocol_options();
  server.set_auto_sni(true);
  server.set_auto_san_validation(tls->subject_alt_names.empty() && !tls->insecure_skip_verify.value_or(false));
}

void fill_common(const EffectivePolicy& policy, HttpProtocolOptions& options) {
  const auto* http = policy.http_pool();
  const auto* tcp = policy.tcp_pool();
  // HTTP's idle time-out beats TCP's.
  auto idle = http && http->idle_timeout ? http->idle_timeout : tcp ? tcp->idle_timeout : std::nullopt;
  if (idle) set_duration(*idle, *options.mutable_common_http_protocol_options()->mutable_idle_timeout());
  if (tcp && tcp->max_connection_duration) {
    set_duration(*tcp->max_connection_duration,
                 *options.mutable_common_http_protocol_options()->mutable_max_connection_duration());
  }
  if (http && http->max_requests_per_connection > 0) {
    options.mutable_common_http_protocol_options()->mutable_max_requests_per_connection()->set_value(
        static_cast<uint32_t>(http->max_requests_per_connection));
  }
}

}  // namespace

HttpVersion http_version(const EffectivePolicy& policy, Protocol protocol, Hop hop) {
  if (!is_http(protocol) && protocol != Protocol::sniffed) return HttpVersion::none;
  const auto* pool = policy.http_pool();
  if (protocol == Protocol::sniffed || (pool && pool->use_client_protocol)) return HttpVersion::of_client;
  const bool is_second = is_http2(protocol) || (hop == Hop::to_proxy && upgrades(policy));
  return is_second ? HttpVersion::http2 : HttpVersion::http1;
}

void apply_http_options(const EffectivePolicy& policy, Protocol protocol, Hop hop,
                        envoy::config::cluster::v3::Cluster& cluster) {
  const auto version = http_version(policy, protocol, hop);
  if (version == HttpVersion::none) return;
  HttpProtocolOptions options;
  fill_common(policy, options);
  choose_version(policy, version, options);
  if (hop == Hop::to_proxy) name_server(policy, options);
  pack(options,
       (*cluster.mutable_typed_extension_protocol_options())["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]);
}

}  // namespace weft::control::translate
