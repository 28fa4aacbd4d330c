// DestinationRule (networking.istio.io), every field of Istio's. An empty string, a zero or an empty list of a plain
// member is Istio's "unset"; std::optional where "unset" and "zero" differ. Old spellings are already mapped. Plain
// values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/istio/virtual_service.h"
#include "base/clock.h"
#include "model/labels.h"

namespace weft::api::istio {

// LEAST_CONN is read as least_request; unspecified means least_request, too, but may be told apart.
enum class SimpleLoadBalancer : uint8_t { unspecified, random, passthrough, round_robin, least_request };

// One attribute of the cookie that the proxy issues; names are unique within a cookie.
struct CookieAttribute {
  std::string name;
  std::string value;

  static const FieldTable& fields();
};

// A cookie to hash. With a ttl the proxy issues it; 0 is a session cookie.
struct HashCookie {
  std::string name;
  std::string path;
  std::optional<Duration> ttl;
  std::vector<CookieAttribute> attributes;

  static const FieldTable& fields();
};

// Ketama-like ring. More places spread better and cost memory in each proxy.
struct RingHash {
  uint64_t minimum_ring_size = 1024;

  static const FieldTable& fields();
};

// Maglev table. The size is a prime below 5000011 (Envoy's limit).
struct Maglev {
  uint64_t table_size = 65537;

  static const FieldTable& fields();
};

// Session affinity by hashing one property of the request: exactly one key is set. Neither ring_hash nor maglev: a ring
// of 1024.
struct ConsistentHash {
  std::optional<std::string> http_header_name;
  std::optional<HashCookie> http_cookie;
  bool use_source_ip = false;
  std::optional<std::string> http_query_parameter_name;
  std::optional<RingHash> ring_hash;
  std::optional<Maglev> maglev;
  uint64_t minimum_ring_size = 0;  // deprecated: ring_hash has it

  static const FieldTable& fields();
};

// Shares by target locality for clients in `from`; they add up to 100.
struct LocalityDistribute {
  std::string from;
  std::map<std::string, uint32_t, std::less<>> to;

  static const FieldTable& fields();
};

// One region that takes over for another; plain regions, never the same one.
struct LocalityFailover {
  std::string from;
  std::string to;

  static const FieldTable& fields();
};

// Nearness by locality. Unset `enabled` means on; failover only acts together with outlier detection.
struct LocalityLoadBalancer {
  std::vector<LocalityDistribute> distribute;
  std::vector<LocalityFailover> failover;
  std::vector<std::string> failover_priority;
  std::optional<bool> enabled;

  static const FieldTable& fields();
};

// Nearness by zone as far as the zone can carry it. Off unless enabled; excludes LocalityLoadBalancer.
struct ZoneAwareLoadBalancer {
  std::optional<bool> enabled;
  std::vector<LocalityFailover> failover;
  std::vector<std::string> failover_priority;
  std::optional<uint64_t> min_cluster_size;

  static const FieldTable& fields();
};

// Slow start of new endpoints.
struct Warmup {
  Duration duration{};
  std::optional<double> minimum_percent;
  std::optional<double> aggression;

  static const FieldTable& fields();
};

// How an endpoint is chosen. At most one of simple and consistent_hash; neither: least_request.
struct LoadBalancer {
  std::optional<SimpleLoadBalancer> simple;
  std::optional<ConsistentHash> consistent_hash;
  std::optional<LocalityLoadBalancer> locality_lb_setting;
  std::optional<ZoneAwareLoadBalancer> zone_aware_lb_setting;
  std::optional<Warmup> warmup;

  static const FieldTable& fields();
};

// The kernel's keepalive. Zero or unset: the system's value.
struct TcpKeepalive {
  uint32_t probes = 0;
  std::optional<Duration> time;
  std::optional<Duration> interval;

  static const FieldTable& fields();
};

// Zero: no limit, or Istio's default (connect timeout 10 s, idle timeout 1 h).
struct TcpPool {
  int32_t max_connections = 0;
  std::optional<Duration> connect_timeout;
  std::optional<TcpKeepalive> tcp_keepalive;
  std::optional<Duration> max_connection_duration;
  std::optional<Duration> idle_timeout;

  static const FieldTable& fields();
};

enum class H2UpgradePolicy : uint8_t { mesh_default, do_not_upgrade, upgrade };

// PINGs on HTTP/2 connections; both members are required in YAML.
struct Http2Keepalive {
  std::optional<Duration> interval;
  std::optional<Duration> timeout;

  static const FieldTable& fields();
};

// Zero: no limit.
struct HttpPool {
  int32_t http1_max_pending_requests = 0;
  int32_t http2_max_requests = 0;
  int32_t max_requests_per_connection = 0;
  int32_t max_retries = 0;
  std::optional<Duration> idle_timeout;
  H2UpgradePolicy h2_upgrade_policy = H2UpgradePolicy::mesh_default;
  bool use_client_protocol = false;
  int32_t max_concurrent_streams = 0;
  std::optional<Http2Keepalive> http2_keep_alive;

  static const FieldTable& fields();
};

// Limits per client proxy and destination; at least one of the two is there.
struct ConnectionPool {
  std::optional<TcpPool> tcp;
  std::optional<HttpPool> http;

  static const FieldTable& fields();
};

// Any block present turns ejection on. Unset members have Istio's defaults: 5 errors, 10 s, 30 s, 10 %, 0 %.
struct OutlierDetection {
  std::optional<int32_t> consecutive_errors;  // deprecated; read, warned about and ignored, as in Istio
  bool split_external_local_origin_errors = false;
  std::optional<uint32_t> consecutive_local_origin_failures;
  std::optional<uint32_t> consecutive_gateway_errors;
  std::optional<uint32_t> consecutive_5xx_errors;
  std::optional<Duration> interval;
  std::optional<Duration> base_ejection_time;
  std::optional<int32_t> max_ejection_percent;
  std::optional<int32_t> min_health_percent;
  std::vector<uint32_t> outlier_detection_http_error_codes;

  static const FieldTable& fields();
};

enum class TlsMode : uint8_t { disable, simple, mutual, istio_mutual };

// TLS of the connections to the service. Paths are on the proxy.
struct ClientTls {
  TlsMode mode = TlsMode::disable;
  std::string client_certificate;
  std::string private_key;
  std::string ca_certificates;
  std::string credential_name;
  std::vector<std::string> subject_alt_names;
  std::string sni;
  std::optional<bool> insecure_skip_verify;
  std::string ca_crl;

  static const FieldTable& fields();
};

// Replaces the destination's blocks wholesale for one port.
struct PortTrafficPolicy {
  std::optional<PortSelector> port;
  std::optional<LoadBalancer> load_balancer;
  std::optional<ConnectionPool> connection_pool;
  std::optional<OutlierDetection> outlier_detection;
  std::optional<ClientTls> tls;

  static const FieldTable& fields();
};

// CONNECT or POST through this host to another; excludes ProxyProtocol.
struct Tunnel {
  std::string protocol;  // "CONNECT" (default) or "POST"
  std::string target_host;
  uint32_t target_port = 0;

  static const FieldTable& fields();
};

enum class ProxyProtocolVersion : uint8_t { v1, v2 };

// A PROXY header on each connection to the host.
struct ProxyProtocol {
  ProxyProtocolVersion version = ProxyProtocolVersion::v1;

  static const FieldTable& fields();
};

// Caps concurrent retries by a share of the active requests. Unset percent: 20; zero concurrency: 3.
struct RetryBudget {
  std::optional<double> percent;
  uint32_t min_retry_concurrency = 0;
  std::optional<Duration> budget_interval;

  static const FieldTable& fields();
};

// The flat `circuitBreaker` of old descriptions, and the nested one of v1alpha2. Read only to fill, in
// outlier_detection and connection_pool, what these leave unset.
struct LegacySimpleCircuitBreaker {
  std::optional<int32_t> max_connections;
  std::optional<int32_t> http_max_pending_requests;
  std::optional<int32_t> http_max_requests;
  std::optional<int32_t> http_max_requests_per_connection;
  std::optional<int32_t> http_max_retries;
  std::optional<uint32_t> http_consecutive_errors;
  std::optional<Duration> sleep_window;
  std::optional<Duration> http_detection_interval;
  std::optional<int32_t> http_max_ejection_percent;

  static const FieldTable& fields();
};

// See LegacySimpleCircuitBreaker.
struct LegacyCircuitBreaker {
  std::optional<uint32_t> consecutive_errors;
  std::optional<Duration> interval;
  std::optional<Duration> base_ejection_time;
  std::optional<int32_t> max_ejection_percent;
  std::optional<LegacySimpleCircuitBreaker> simple_cb;

  static const FieldTable& fields();
};

// Settings for the traffic to a host or a subset. A subset's block replaces the same block of the host.
struct TrafficPolicy {
  std::optional<LoadBalancer> load_balancer;
  std::optional<ConnectionPool> connection_pool;
  std::optional<OutlierDetection> outlier_detection;
  std::optional<ClientTls> tls;
  std::vector<PortTrafficPolicy> port_level_settings;
  std::optional<Tunnel> tunnel;
  std::optional<ProxyProtocol> proxy_protocol;
  std::optional<RetryBudget> retry_budget;

  static const FieldTable& fields();
};

// A named part of a host's endpoints, by their labels. No labels: all of them.
struct Subset {
  std::string name;
  model::Labels labels;
  std::optional<TrafficPolicy> traffic_policy;

  static const FieldTable& fields();
};

// Client pods by labels, in the rule's namespace; all must be equal.
struct WorkloadSelector {
  model::Labels match_labels;

  static const FieldTable& fields();
};

// The spec.
struct DestinationRule {
  std::string host;
  std::optional<TrafficPolicy> traffic_policy;
  std::vector<Subset> subsets;
  std::vector<std::string> export_to;
  std::optional<WorkloadSelector> workload_selector;

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
