// MeshConfig, every field of Istio's that concerns traffic: what holds for the whole mesh. Kept as ConfigMap
// istio-system/istio, key `mesh`, or given as `mesh:` of a weft.yaml. Plain values with Istio's defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/destination_rule.h"
#include "api/istio/extension_provider.h"
#include "api/istio/proxy_config.h"
#include "api/istio/server_tls.h"
#include "api/kubernetes/deployment.h"

namespace weft::api::istio {

// What happens to connections from the mesh to what is not known: closed, let through to the address dialled, or to the
// name that the request asks for.
enum class MeshOutboundMode : uint8_t { registry_only, allow_any, allow_any_dynamic_dns };

// MeshConfig.outboundTrafficPolicy. A Sidecar's own comes before it.
struct MeshOutboundTraffic {
  MeshOutboundMode mode = MeshOutboundMode::allow_any;
  std::optional<ClientTls> tls;

  static const FieldTable& fields();
};

// How what a workload receives gets to the application: at the address it came to, or at loopback.
enum class InboundMode : uint8_t { passthrough, localhost };

// MeshConfig.inboundTrafficPolicy.
struct InboundTraffic {
  InboundMode mode = InboundMode::passthrough;

  static const FieldTable& fields();
};

enum class PathNormalization : uint8_t { by_default, none, base, merge_slashes, decode_and_merge_slashes };

// How paths are made canonical before anything looks at them.
struct PathNormalizing {
  PathNormalization normalization = PathNormalization::by_default;

  static const FieldTable& fields();
};

enum class AccessLogEncoding : uint8_t { text, json };

enum class MeshH2Upgrade : uint8_t { do_not_upgrade, upgrade };

// Settings for every host without a rule of its own, block by block.
struct DefaultTraffic {
  std::optional<ConnectionPool> connection_pool;
  std::optional<OutlierDetection> outlier_detection;

  static const FieldTable& fields();
};

// Which of the extension providers are used where nothing is said, by name.
struct DefaultProviders {
  std::vector<std::string> tracing;
  std::vector<std::string> metrics;
  std::vector<std::string> access_logging;

  static const FieldTable& fields();
};

// Bounds of TLS in the mesh.
struct MeshTls {
  TlsProtocol min_protocol_version = TlsProtocol::automatic;
  std::vector<std::string> ecdh_curves;
  std::vector<std::string> cipher_suites;

  static const FieldTable& fields();
};

// See the head of this file.
struct MeshConfig {
  MeshOutboundTraffic outbound_traffic_policy;
  InboundTraffic inbound_traffic_policy;
  PathNormalizing path_normalization;
  Duration connect_timeout = std::chrono::seconds(10);
  std::optional<TcpKeepalive> tcp_keepalive;
  std::optional<Duration> protocol_detection_timeout;  // 0: for ever
  std::optional<MeshH2Upgrade> h2_upgrade_policy;      // said DO_NOT_UPGRADE: connections are not shared either
  std::optional<HttpRetry> default_http_retry_policy;
  std::optional<HttpRetry> default_inbound_http_retry_policy;
  std::optional<DefaultTraffic> default_traffic_policy;
  std::optional<LocalityLoadBalancer> locality_lb_setting;
  std::optional<ZoneAwareLoadBalancer> zone_aware_lb_setting;
  Duration dns_refresh_rate = std::chrono::seconds(60);
  std::string root_namespace = "istio-system";
  std::vector<kubernetes::LabelSelector> discovery_selectors;  // any of them; none: every namespace
  std::vector<std::string> default_service_export_to;
  std::vector<std::string> default_virtual_service_export_to;
  std::vector<std::string> default_destination_rule_export_to;
  std::string trust_domain = "cluster.local";
  std::vector<std::string> trust_domain_aliases;
  std::optional<bool> enable_auto_mtls;
  std::optional<MeshTls> mesh_mtls;
  std::optional<MeshTls> tls_defaults;
  std::string access_log_file;  // empty: none
  AccessLogEncoding access_log_encoding = AccessLogEncoding::text;
  std::string access_log_format;  // empty: Istio's
  bool enable_tracing = false;
  std::vector<ExtensionProvider> extension_providers;
  DefaultProviders default_providers;
  ProxyConfig default_config;

  // Shorter than Istio's "for ever", so that protocols in which the server speaks first work on ports that say nothing.
  static constexpr Duration kDetectionTimeout = std::chrono::milliseconds(200);
  Duration detection_timeout() const { return protocol_detection_timeout.value_or(kDetectionTimeout); }

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
