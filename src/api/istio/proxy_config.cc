// The tables of ProxyConfig.
#include "api/istio/proxy_config.h"

#include <utility>

#include "api/describe.h"
#include "api/istio/mesh_choices.h"

namespace weft::api::istio {

const FieldTable& ProxyProtocolReading::fields() {
  static const FieldTable table =
      Describe<ProxyProtocolReading>("ProxyProtocolConfiguration", "A PROXY header begins every connection.");
  return table;
}

const FieldTable& Topology::fields() {
  static const FieldTable table =
      Describe<Topology>("Topology", "What stands before a gateway.")
          .field("numTrustedProxies", &Topology::num_trusted_proxies,
                 "Proxies before the gateway whose x-forwarded-for is believed.")
          .by_default("0")
          .field("forwardClientCertDetails", &Topology::forward_client_cert_details,
                 "What becomes of x-forwarded-client-cert. Without TLS only ALWAYS_FORWARD_ONLY lets it pass.")
          .by_default("SANITIZE_SET")
          .field("proxyProtocol", &Topology::proxy_protocol, "Read a PROXY header from every connection.");
  return table;
}

const FieldTable& HeaderSwitch::fields() {
  static const FieldTable table = Describe<HeaderSwitch>("HeaderSwitch", "A header that is on by default.")
                                      .field("disabled", &HeaderSwitch::disabled, "Turns it off.");
  return table;
}

const FieldTable& HeaderOptIn::fields() {
  static const FieldTable table = Describe<HeaderOptIn>("HeaderOptIn", "A header that is off by default.")
                                      .field("enabled", &HeaderOptIn::enabled, "Turns it on.");
  return table;
}

const FieldTable& ServerHeader::fields() {
  static const FieldTable table = Describe<ServerHeader>("ServerHeader", "The header `server` of responses.")
                                      .field("disabled", &ServerHeader::disabled, "Leave the application's.")
                                      .field("value", &ServerHeader::value, "What it says.");
  return table;
}

const FieldTable& MetadataExchangeHeaders::fields() {
  static const FieldTable table =
      Describe<MetadataExchangeHeaders>("MetadataExchangeHeaders", "Headers in which proxies say who they are.")
          .field("mode", &MetadataExchangeHeaders::mode, "IN_MESH: not towards services outside the mesh.")
          .by_default("UNDEFINED");
  return table;
}

const FieldTable& ClientCertDetails::fields() {
  using Details = ClientCertDetails;
  static const FieldTable table = Describe<Details>("SetCurrentClientCertDetails", "What is told of a certificate.")
                                      .field("subject", &Details::subject, "Its subject.")
                                      .field("cert", &Details::cert, "The certificate.")
                                      .field("chain", &Details::chain, "The chain.")
                                      .field("dns", &Details::dns, "Its DNS names.")
                                      .field("uri", &Details::uri, "Its URI.");
  return table;
}

const FieldTable& ProxyHeaders::fields() {
  using Headers = ProxyHeaders;
  static const FieldTable table =
      Describe<Headers>("ProxyHeaders", "Headers that proxies add or take away by themselves.")
          .field("forwardedClientCert", &Headers::forwarded_client_cert, "What becomes of x-forwarded-client-cert.")
          .later()
          .field("setCurrentClientCertDetails", &Headers::set_current_client_cert_details, "What is put in it.")
          .later()
          .field("requestId", &Headers::request_id, "x-request-id.")
          .field("server", &Headers::server, "server.")
          .field("attemptCount", &Headers::attempt_count, "x-envoy-attempt-count.")
          .field("envoyDebugHeaders", &Headers::envoy_debug_headers, "x-envoy-upstream-service-time and the like.")
          .later()
          .field("metadataExchangeHeaders", &Headers::metadata_exchange_headers, "x-envoy-peer-metadata.")
          .later()
          .field("preserveHttp1HeaderCase", &Headers::preserve_http1_header_case, "Keep the case of names in HTTP/1.1.")
          .later()
          .field("xForwardedHost", &Headers::x_forwarded_host, "x-forwarded-host.")
          .later()
          .field("xForwardedPort", &Headers::x_forwarded_port, "x-forwarded-port.")
          .later();
  return table;
}

const FieldTable& StatsMatcher::fields() {
  static const FieldTable table =
      Describe<StatsMatcher>("ProxyStatsMatcher", "Metrics that are kept besides the standard ones.")
          .field("inclusionPrefixes", &StatsMatcher::inclusion_prefixes, "How their names begin.")
          .field("inclusionSuffixes", &StatsMatcher::inclusion_suffixes, "How their names end.")
          .field("inclusionRegexps", &StatsMatcher::inclusion_regexps, "What their names match.");
  return table;
}

namespace {

// How a proxy starts and ends.
void describe_proxy_life(Describe<ProxyConfig>& table) {
  using Config = ProxyConfig;
  table.field("concurrency", &Config::concurrency, "Worker threads; 0 is one for each core.")
      .at_least(0)
      .by_default("1")
      .field("drainDuration", &Config::drain_duration,
             "How long a proxy lets connections finish once another process has followed it.")
      .by_default("45s")
      .field("terminationDrainDuration", &Config::termination_drain_duration,
             "How long a proxy serves on when its pod ends.")
      .by_default("5s")
      .field("holdApplicationUntilProxyStarts", &Config::hold_application_until_proxy_starts,
             "Start containers when the proxy is ready. Here they always wait for it.");
}

// What it does with connections and requests.
void describe_proxied_traffic(Describe<ProxyConfig>& table) {
  using Config = ProxyConfig;
  table.field("gatewayTopology", &Config::gateway_topology, "What stands before a gateway.")
      .field("proxyHeaders", &Config::proxy_headers, "Headers that proxies add or take away by themselves.")
      .later()
      .field("proxyStatsMatcher", &Config::proxy_stats_matcher, "Metrics that are kept.")
      .later()
      .field("interceptionMode", &Config::interception_mode, "How connections get to the proxy.")
      .later()
      .by_default("REDIRECT")
      .field("readinessProbe", &Config::readiness_probe, "When a workload on a VM is ready.")
      .later();
}

// Its own ports and surroundings.
void describe_proxy_process(Describe<ProxyConfig>& table) {
  using Config = ProxyConfig;
  constexpr double kPortMax = 65535;
  table.field("statusPort", &Config::status_port, "The port of health and merged metrics.")
      .between(0, kPortMax)
      .later()
      .by_default("15020")
      .field("proxyAdminPort", &Config::proxy_admin_port, "The port of the proxy's administration.")
      .between(0, kPortMax)
      .later()
      .by_default("15000")
      .field("statNameLength", &Config::stat_name_length, "How long names of statistics may be.")
      .later()
      .field("discoveryAddress", &Config::discovery_address, "Where the control plane is; here it is known.")
      .later()
      .field("proxyMetadata", &Config::proxy_metadata, "Environment variables of the proxy.")
      .later()
      .field("runtimeValues", &Config::runtime_values, "Envoy's runtime values.")
      .later();
}

// Istio's settings of Envoy's process, and of what is not Weft's: telemetry's servers and the certificates' authority.
void name_unused_proxy_fields(Describe<ProxyConfig>& table) {
  table.unused({"configPath",
                "binaryPath",
                "serviceCluster",
                "tracingServiceName",
                "discoveryRefreshDelay",
                "zipkinAddress",
                "statsdUdpAddress",
                "envoyMetricsServiceAddress",
                "availabilityZone",
                "controlPlaneAuthPolicy",
                "customConfigFile",
                "proxyBootstrapTemplatePath",
                "tracing",
                "sds",
                "envoyAccessLogService",
                "envoyMetricsService",
                "extraStatTags",
                "meshId",
                "caCertificatesPem",
                "image",
                "privateKeyProvider",
                "fileFlushInterval",
                "fileFlushMinSizeKb",
                "statsCompression",
                "connectionSettings"});
}

FieldTable describe_proxy() {
  Describe<ProxyConfig> table("ProxyConfig", "How proxies run. A pod's annotation proxy.istio.io/config goes over it.");
  describe_proxy_life(table);
  describe_proxied_traffic(table);
  describe_proxy_process(table);
  name_unused_proxy_fields(table);
  return table;
}

}  // namespace

const FieldTable& ProxyConfig::fields() {
  static const FieldTable table = describe_proxy();
  return table;
}

namespace {

template <class T>
void lay(T& base, const T& over) {
  if constexpr (requires { over.has_value(); }) {
    if (over.has_value()) base = over;
  } else {
    if (!over.empty()) base = over;
  }
}

}  // namespace

ProxyConfig overlaid(ProxyConfig base, const ProxyConfig& over) {
  lay(base.concurrency, over.concurrency);
  lay(base.drain_duration, over.drain_duration);
  lay(base.termination_drain_duration, over.termination_drain_duration);
  lay(base.hold_application_until_proxy_starts, over.hold_application_until_proxy_starts);
  lay(base.gateway_topology, over.gateway_topology);
  lay(base.proxy_headers, over.proxy_headers);
  lay(base.proxy_stats_matcher, over.proxy_stats_matcher);
  lay(base.interception_mode, over.interception_mode);
  lay(base.readiness_probe, over.readiness_probe);
  lay(base.status_port, over.status_port);
  lay(base.proxy_admin_port, over.proxy_admin_port);
  lay(base.stat_name_length, over.stat_name_length);
  lay(base.discovery_address, over.discovery_address);
  for (const auto& [name, value] : over.proxy_metadata) base.proxy_metadata[name] = value;
  lay(base.runtime_values, over.runtime_values);
  return base;
}

}  // namespace weft::api::istio
