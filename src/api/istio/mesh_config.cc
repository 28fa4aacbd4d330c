// The table of MeshConfig.
#include "api/istio/mesh_config.h"

#include "api/describe.h"
#include "api/istio/mesh_choices.h"
#include "api/istio/mesh_config_checks.h"
#include "api/istio/service_entry_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {

const FieldTable& MeshOutboundTraffic::fields() {
  static const FieldTable table =
      Describe<MeshOutboundTraffic>("MeshOutboundTrafficPolicy", "What happens to connections to what is not known.")
          .field("mode", &MeshOutboundTraffic::mode,
                 "REGISTRY_ONLY refuses them (502 for HTTP), ALLOW_ANY lets them through.")
          .by_default("ALLOW_ANY")
          .field("tls", &MeshOutboundTraffic::tls, "TLS of connections by ALLOW_ANY_DYNAMIC_DNS.")
          .later()
          .finish(check_mesh_outbound_traffic);
  return table;
}

const FieldTable& InboundTraffic::fields() {
  static const FieldTable table =
      Describe<InboundTraffic>("InboundTrafficPolicy", "How what is received gets to the application.")
          .field("mode", &InboundTraffic::mode, "PASSTHROUGH: at the pod's address. LOCALHOST: at 127.0.0.1.")
          .by_default("PASSTHROUGH");
  return table;
}

const FieldTable& PathNormalizing::fields() {
  static const FieldTable table =
      Describe<PathNormalizing>("ProxyPathNormalization", "How paths are made canonical before anything looks at them.")
          .field("normalization", &PathNormalizing::normalization,
                 "BASE resolves dot segments and turns \\ into /. MERGE_SLASHES also makes one of several slashes, "
                 "DECODE_AND_MERGE_SLASHES decodes %2F and %5C before that.")
          .by_default("BASE");
  return table;
}

const FieldTable& DefaultTraffic::fields() {
  static const FieldTable table =
      Describe<DefaultTraffic>("DefaultTrafficPolicy", "Policy where no DestinationRule sets the same block.")
          .field("connectionPool", &DefaultTraffic::connection_pool, "Limits on connections and requests.")
          .field("outlierDetection", &DefaultTraffic::outlier_detection, "When an endpoint that fails is left out.");
  return table;
}

const FieldTable& DefaultProviders::fields() {
  static const FieldTable table =
      Describe<DefaultProviders>("DefaultProviders", "Providers that are used where nothing is said, by name.")
          .field("tracing", &DefaultProviders::tracing, "Of traces.")
          .field("metrics", &DefaultProviders::metrics, "Of metrics.")
          .field("accessLogging", &DefaultProviders::access_logging, "Of access logs.");
  return table;
}

const FieldTable& MeshTls::fields() {
  static const FieldTable table =
      Describe<MeshTls>("TLSConfig", "Bounds of TLS.")
          .field("minProtocolVersion", &MeshTls::min_protocol_version, "The oldest version.")
          .by_default("TLSV1_2")
          .field("ecdhCurves", &MeshTls::ecdh_curves, "The curves.")
          .field("cipherSuites", &MeshTls::cipher_suites, "The cipher suites.");
  return table;
}

namespace {

using Mesh = MeshConfig;

// What happens to traffic.
void describe_traffic(Describe<Mesh>& table) {
  table.field("outboundTrafficPolicy", &Mesh::outbound_traffic_policy, "Connections to what is not known.")
      .field("inboundTrafficPolicy", &Mesh::inbound_traffic_policy, "How workloads get what they receive.")
      .field("pathNormalization", &Mesh::path_normalization, "How paths are made canonical.")
      .field("connectTimeout", &Mesh::connect_timeout, "How long connecting may take.")
      .by_default("10s")
      .field("tcpKeepalive", &Mesh::tcp_keepalive, "Probes on idle connections.")
      .field("protocolDetectionTimeout", &Mesh::protocol_detection_timeout,
             "How long a port whose protocol is not declared waits for the first bytes; 0s is for ever.")
      .may_be_zero()
      .by_default("200ms")
      .field("h2UpgradePolicy", &Mesh::h2_upgrade_policy,
             "Whether HTTP/1.1 requests travel as HTTP/2. DO_NOT_UPGRADE also keeps sidecars from sharing "
             "connections, unless a rule says UPGRADE.")
      .by_default("DO_NOT_UPGRADE")
      .field("defaultHttpRetryPolicy", &Mesh::default_http_retry_policy, "Retries where no rule says any.")
      .by_default("attempts: 2")
      .field("defaultInboundHttpRetryPolicy", &Mesh::default_inbound_http_retry_policy,
             "Retries towards the application.")
      .by_default("attempts: 2, retryOn: reset-before-request")
      .field("defaultTrafficPolicy", &Mesh::default_traffic_policy,
             "Policy where no DestinationRule sets the same block.")
      .field("localityLbSetting", &Mesh::locality_lb_setting, "Nearness by locality.")
      .field("zoneAwareLbSetting", &Mesh::zone_aware_lb_setting, "Nearness by zone.")
      .later()
      .field("dnsRefreshRate", &Mesh::dns_refresh_rate, "The pause between questions for a name that failed.")
      .by_default("60s");
}

// Who sees what.
void describe_sight(Describe<Mesh>& table) {
  table.field("rootNamespace", &Mesh::root_namespace, "The namespace whose rules hold for the whole mesh.")
      .check(check_dns_label)
      .by_default("istio-system")
      .field("discoverySelectors", &Mesh::discovery_selectors, "The namespaces that belong to the mesh, by labels.")
      .by_default("all")
      .field("defaultServiceExportTo", &Mesh::default_service_export_to,
             "Who sees services and ServiceEntries that don't say it.")
      .check(check_export_to_or_nobody)
      .by_default("[*]")
      .field("defaultVirtualServiceExportTo", &Mesh::default_virtual_service_export_to,
             "Who sees VirtualServices that don't say it.")
      .check(check_export_to)
      .by_default("[*]")
      .field("defaultDestinationRuleExportTo", &Mesh::default_destination_rule_export_to,
             "Who sees DestinationRules that don't say it.")
      .check(check_export_to)
      .by_default("[*]");
}

// Who is who.
void describe_identity(Describe<Mesh>& table) {
  table.field("trustDomain", &Mesh::trust_domain, "The first part of identities.")
      .check(check_dns_name)
      .by_default("cluster.local")
      .field("trustDomainAliases", &Mesh::trust_domain_aliases, "Other trust domains whose identities count.")
      .field("enableAutoMtls", &Mesh::enable_auto_mtls, "Mutual TLS between sidecars where no rule says otherwise.")
      .by_default("true")
      .field("meshMTLS", &Mesh::mesh_mtls, "Bounds of TLS between workloads.")
      .field("tlsDefaults", &Mesh::tls_defaults, "Bounds of other TLS.");
}

// What is reported, and how proxies run.
void describe_reports(Describe<Mesh>& table) {
  table.field("accessLogFile", &Mesh::access_log_file, "Where each request is logged: /dev/stdout.")
      .later()
      .by_default("nowhere")
      .field("accessLogEncoding", &Mesh::access_log_encoding, "Lines of text, or JSON.")
      .later()
      .by_default("TEXT")
      .field("accessLogFormat", &Mesh::access_log_format, "The form of a line, with operators.")
      .later()
      .by_default("Istio's")
      .field("enableTracing", &Mesh::enable_tracing, "Whether traces are sent.")
      .later()
      .field("extensionProviders", &Mesh::extension_providers, "Services that proxies ask or tell.")
      .field("defaultProviders", &Mesh::default_providers, "Those that are used where nothing is said.")
      .later()
      .field("defaultConfig", &Mesh::default_config, "How proxies run.");
}

FieldTable describe_mesh() {
  Describe<Mesh> table("MeshConfig", "What holds for the whole mesh.");
  describe_traffic(table);
  describe_sight(table);
  describe_identity(table);
  describe_reports(table);
  table
      .unused({"proxyListenPort",
               "proxyInboundListenPort",
               "proxyHttpPort",
               "hboneIdleTimeout",
               "ingressClass",
               "ingressService",
               "ingressControllerMode",
               "ingressSelector",
               "enableEnvoyAccessLogService",
               "disableEnvoyListenerLog",
               "configSources",
               "caCertificates",
               "inboundClusterStatName",
               "outboundClusterStatName",
               "certificates",
               "serviceSettings",
               "serviceScopeConfigs",
               "enablePrometheusMerge",
               "verifyCertificateAtClient",
               "ca",
               "serviceEntryVisibility"})
      .finish(check_mesh_config);
  return table;
}

}  // namespace

// In the order in which people think of them.
const FieldTable& MeshConfig::fields() {
  static const FieldTable table = describe_mesh();
  return table;
}

}  // namespace weft::api::istio
