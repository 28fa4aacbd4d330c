// ProxyConfig: how the proxies themselves run: MeshConfig.defaultConfig, and over it a pod's annotation
// proxy.istio.io/config. Plain values; an absent optional, an empty text or list is "not said".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/istio/workload_entry.h"
#include "base/clock.h"

namespace weft::api::istio {

// What becomes of the client certificate's header (x-forwarded-client-cert) at a gateway.
enum class ForwardClientCert : uint8_t {
  undefined,
  sanitize,
  forward_only,
  append_forward,
  sanitize_set,
  always_forward_only
};

// A PROXY header is read from every connection.
struct ProxyProtocolReading {
  static const FieldTable& fields();
  friend bool operator==(const ProxyProtocolReading&, const ProxyProtocolReading&) = default;
};

// What stands before a gateway.
struct Topology {
  uint32_t num_trusted_proxies = 0;
  ForwardClientCert forward_client_cert_details = ForwardClientCert::undefined;
  std::optional<ProxyProtocolReading> proxy_protocol;

  static const FieldTable& fields();
  friend bool operator==(const Topology&, const Topology&) = default;
};

// A header that is on unless it is turned off.
struct HeaderSwitch {
  std::optional<bool> disabled;

  static const FieldTable& fields();
};

// A header that is off unless it is turned on.
struct HeaderOptIn {
  std::optional<bool> enabled;

  static const FieldTable& fields();
};

// The header `server`.
struct ServerHeader {
  std::optional<bool> disabled;
  std::string value;

  static const FieldTable& fields();
};

// undefined: also towards services outside the mesh.
enum class MetadataExchangeMode : uint8_t { undefined, in_mesh };

// x-envoy-peer-metadata.
struct MetadataExchangeHeaders {
  MetadataExchangeMode mode = MetadataExchangeMode::undefined;

  static const FieldTable& fields();
};

// What of a client's certificate is told to the application.
struct ClientCertDetails {
  std::optional<bool> subject;
  std::optional<bool> cert;
  std::optional<bool> chain;
  std::optional<bool> dns;
  std::optional<bool> uri;

  static const FieldTable& fields();
};

// Headers that proxies add or take away by themselves.
struct ProxyHeaders {
  ForwardClientCert forwarded_client_cert = ForwardClientCert::undefined;
  std::optional<ClientCertDetails> set_current_client_cert_details;
  std::optional<HeaderSwitch> request_id;
  std::optional<ServerHeader> server;
  std::optional<HeaderSwitch> attempt_count;
  std::optional<HeaderSwitch> envoy_debug_headers;
  std::optional<MetadataExchangeHeaders> metadata_exchange_headers;
  std::optional<bool> preserve_http1_header_case;
  std::optional<HeaderOptIn> x_forwarded_host;
  std::optional<HeaderOptIn> x_forwarded_port;

  static const FieldTable& fields();
};

// Metrics that are kept besides the standard ones.
struct StatsMatcher {
  std::vector<std::string> inclusion_prefixes;
  std::vector<std::string> inclusion_suffixes;
  std::vector<std::string> inclusion_regexps;

  static const FieldTable& fields();
};

// How a pod's connections get to its proxy.
enum class InterceptionMode : uint8_t { redirect, tproxy, none };

// See the head of this file. Everything may be absent, so that one ProxyConfig can be laid over another.
struct ProxyConfig {
  std::optional<int32_t> concurrency;  // 0: every core
  std::optional<Duration> drain_duration;
  std::optional<Duration> termination_drain_duration;
  std::optional<bool> hold_application_until_proxy_starts;
  std::optional<Topology> gateway_topology;
  std::optional<ProxyHeaders> proxy_headers;
  std::optional<StatsMatcher> proxy_stats_matcher;
  std::optional<InterceptionMode> interception_mode;
  std::optional<WorkloadProbe> readiness_probe;
  std::optional<int32_t> status_port;
  std::optional<int32_t> proxy_admin_port;
  std::optional<int32_t> stat_name_length;
  std::string discovery_address;
  std::map<std::string, std::string, std::less<>> proxy_metadata;
  std::map<std::string, std::string, std::less<>> runtime_values;

  static const FieldTable& fields();
};

// What `over` says replaces what `base` says, field by field; proxyMetadata is merged by key, as in Istio.
ProxyConfig overlaid(ProxyConfig base, const ProxyConfig& over);

}  // namespace weft::api::istio
