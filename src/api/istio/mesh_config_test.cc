// MeshConfig and ProxyConfig: what is read from which text, and where it is said that something is wrong.
#include "api/istio/mesh_config.h"

#include "api/check_cases.h"
#include "api/istio/mesh_config_text.h"

namespace weft::api {
namespace {

using istio::MeshConfig;
using istio::ProxyConfig;
using std::chrono::milliseconds;
using std::chrono::seconds;

MeshConfig mesh_of(const std::string& text) {
  auto read = istio::read_mesh_config(text);
  EXPECT_TRUE(read.value) << complaints(read.findings);
  return read.value.value_or(MeshConfig{});
}

std::string wrong_with(const std::string& mesh) {
  const YamlFile file = parse_yaml("mesh:\n" + mesh, "weft.yaml");
  const auto read = istio::check_mesh_config(*file.documents.at(0).find("mesh"), file.source.get());
  EXPECT_EQ(read.value.has_value(), !has_errors(read.findings));
  return complaints(read.findings);
}

std::string mesh_map(const std::string& text) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n" + text;
}

TEST(MeshConfig, HasIstiosDefaultsWhereNothingIsSaid) {
  for (const auto& text : {"", "# nothing\n", "{}"}) {
    const MeshConfig mesh = mesh_of(text);
    EXPECT_EQ(mesh.outbound_traffic_policy.mode, istio::MeshOutboundMode::allow_any) << text;
    EXPECT_EQ(mesh.connect_timeout, seconds(10));
    EXPECT_EQ(mesh.dns_refresh_rate, seconds(60));
    EXPECT_EQ(mesh.root_namespace, "istio-system");
    EXPECT_EQ(mesh.trust_domain, "cluster.local");
    EXPECT_EQ(mesh.detection_timeout(), milliseconds(200)) << "Weft's own";
    EXPECT_EQ(mesh.default_config.gateway_topology.has_value(), false);
  }
}

TEST(MeshConfig, ReadsWhatConcernsTraffic) {
  const MeshConfig mesh = mesh_of(
      "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\ninboundTrafficPolicy: {mode: LOCALHOST}\n"
      "pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}\nconnectTimeout: 1s\n"
      "protocolDetectionTimeout: 0s\ntcpKeepalive: {time: 10s}\nh2UpgradePolicy: UPGRADE\n"
      "defaultHttpRetryPolicy: {attempts: 5}\ndefaultInboundHttpRetryPolicy: {attempts: 0}\n"
      "defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}\ndns_refresh_rate: 5s\n"
      "rootNamespace: root\ndefaultServiceExportTo: [\".\"]\naccessLogFile: /dev/stdout\naccessLogEncoding: JSON\n"
      "discoverySelectors: [{matchLabels: {mesh: \"on\"}}]\nlocalityLbSetting: {enabled: false}\n"
      "extensionProviders: [{name: z, zipkin: {service: zipkin.ns, port: 9411}}]\n"
      "defaultProviders: {tracing: [z]}\ndefaultConfig: {concurrency: 2, gatewayTopology: {numTrustedProxies: 3}}\n");
  EXPECT_EQ(mesh.outbound_traffic_policy.mode, istio::MeshOutboundMode::registry_only);
  EXPECT_EQ(mesh.inbound_traffic_policy.mode, istio::InboundMode::localhost);
  EXPECT_EQ(mesh.path_normalization.normalization, istio::PathNormalization::decode_and_merge_slashes);
  EXPECT_EQ(mesh.connect_timeout, seconds(1));
  EXPECT_EQ(mesh.detection_timeout(), Duration::zero()) << "for ever";
  EXPECT_EQ(mesh.tcp_keepalive->time, seconds(10));
  EXPECT_EQ(mesh.h2_upgrade_policy, istio::MeshH2Upgrade::upgrade);
  EXPECT_EQ(mesh.default_http_retry_policy->attempts, 5);
  EXPECT_EQ(mesh.default_inbound_http_retry_policy->attempts, 0);
  EXPECT_EQ(mesh.default_traffic_policy->connection_pool->tcp->max_connections, 7);
  EXPECT_EQ(mesh.dns_refresh_rate, seconds(5));
  EXPECT_EQ(mesh.root_namespace, "root");
  EXPECT_EQ(mesh.default_service_export_to, std::vector<std::string>{"."});
  EXPECT_EQ(mesh.access_log_file, "/dev/stdout");
  EXPECT_EQ(mesh.access_log_encoding, istio::AccessLogEncoding::json);
  EXPECT_TRUE(mesh.discovery_selectors.at(0).selects({{"mesh", "on"}}));
  EXPECT_EQ(mesh.locality_lb_setting->enabled, false);
  EXPECT_EQ(mesh.extension_providers.at(0).zipkin->port, 9411u);
  EXPECT_EQ(mesh.default_providers.tracing, std::vector<std::string>{"z"});
  EXPECT_EQ(mesh.default_config.concurrency, 2);
  EXPECT_EQ(mesh.default_config.gateway_topology->num_trusted_proxies, 3u);
}

TEST(MeshConfig, SaysWhatNoAuthorizerCanBeAskedBy) {
  const auto wrong = [](const std::string& kind, const std::string& more) {
    return wrong_with("  extensionProviders:\n  - name: a\n    envoyExtAuthz" + kind +
                      ":\n      service: a.b\n      port: 1\n      " + more + "\n");
  };
  EXPECT_EQ(wrong("Http", "headersToUpstreamOnAllow: [x-user, x-*, \"*-x\"]"), "");
  EXPECT_EQ(wrong("Http", "headersToUpstreamOnAllow: [\"*\"]"),
            "7:34 error headersToUpstreamOnAllow \"*\" is every header, which is too much\n");
  EXPECT_EQ(wrong("Http", "pathPrefix: check"), "7:19 error pathPrefix \"check\" must begin with '/'\n");
  EXPECT_EQ(wrong("Http", "statusOnError: \"99\""),
            "7:22 error statusOnError \"99\" is not an HTTP status from 200 to 599\n");
  EXPECT_EQ(wrong("Grpc", "pathPrefix: /check"), "7:19 error goes with envoyExtAuthzHttp only\n");
  EXPECT_EQ(wrong("Grpc", "includeRequestBodyInCheck: {maxRequestBytes: 0}"),
            "7:52 error maxRequestBytes must be from 1 to 1048576, not 0\n");
}

TEST(MeshConfig, SaysInAWeftYamlWhereSomethingIsWrong) {
  EXPECT_EQ(wrong_with("  outboundTrafficPolicy: {mode: DENY_ALL}\n"),
            "2:33 error \"DENY_ALL\" is none of: REGISTRY_ONLY, ALLOW_ANY, ALLOW_ANY_DYNAMIC_DNS\n");
  EXPECT_EQ(wrong_with("  accesLogFile: /dev/stdout\n"),
            "2:3 error unknown field \"accesLogFile\" [did you mean \"accessLogFile\"?]\n");
  EXPECT_EQ(wrong_with("  connectTimeout: 0s\n"), "2:19 error connectTimeout must be 1ms or more, not 0s\n");
  EXPECT_EQ(wrong_with("  defaultServiceExportTo: [\"*\", a]\n"),
            "2:3 error \"*\" and \"~\" stand alone [remove the others]\n");
  EXPECT_EQ(wrong_with("  extensionProviders:\n  - {name: a, prometheus: {}}\n  - {name: a}\n"),
            "3:15 warning accepted, not yet in force: extensionProviders[0].prometheus\n"
            "4:5 error the provider is of no kind [set zipkin, opentelemetry, prometheus ...]\n"
            "4:12 error the provider \"a\" stands twice\n");
  EXPECT_EQ(wrong_with("  outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}\n"),
            "2:33 warning accepted, not yet in force: ALLOW_ANY_DYNAMIC_DNS; connections go where they were addressed "
            "to\n");
  EXPECT_EQ(wrong_with("  ingressClass: istio\n"), "2:3 warning kept, but nothing here acts on it: ingressClass\n");
  EXPECT_EQ(wrong_with("  - a\n"), "2:3 error MeshConfig is a map, not a list\n");
}

TEST(MeshConfig, SaysInAConfigMapWhereSomethingIsWrong) {
  expect_findings({
      {"sound", mesh_map("  mesh: |\n    connectTimeout: 1s\n"), ""},
      {"a literal block",
       mesh_map("  mesh: |-\n\n    # first\n    connectTimeout: 1s\n    defaultConfig:\n      "
                "concurrency: two\n"),
       "10:20 error an integer is due here, not a string\n"},
      {"a quoted text", mesh_map("  mesh: \"connectTimeout: x\"\n"),
       "5:9 error connectTimeout \"x\" is not a duration [write a number and a unit: 30s, 1.5s, 100ms, 1h30m]\n"},
      {"no YAML", mesh_map("  mesh: |\n    a: [b\n"),
       "6:8 error the [ that opens here is not closed as it should be [look at line 2: a comma or the closing ] is "
       "missing]\n"},
      {"another key", mesh_map("  meshNetworks: |\n    networks: []\n"), ""},
      {"another ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: \"a: b\"}\n", ""},
  });
}

TEST(ProxyConfig, IsCheckedInTheAnnotationsOfPods) {
  const std::string annotation = "  annotations:\n    proxy.istio.io/config: |\n      concurency: 2\n";
  expect_findings({
      {"a pod",
       "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n" + annotation + "spec: {containers: [{name: c, image: i}]}\n",
       "7:7 error unknown field \"concurency\" [did you mean \"concurrency\"?]\n"},
      {"a template",
       "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector: {matchLabels: {a: b}}\n"
       "  template:\n    metadata:\n      labels: {a: b}\n      annotations:\n        proxy.istio.io/config: "
       "\"concurency: 2\"\n    spec: {containers: [{name: c, image: i}]}\n",
       "10:32 error unknown field \"concurency\" [did you mean \"concurrency\"?]\n"},
  });
}

TEST(ProxyConfig, OfAPodGoesOverTheMeshs) {
  const auto base = istio::read_proxy_config("concurrency: 2\ndrainDuration: 10s\nproxyMetadata: {A: a, B: b}\n");
  const auto over =
      istio::read_proxy_config("drainDuration: 1s\nproxyMetadata: {B: c}\ngatewayTopology: {numTrustedProxies: 1}\n");
  const ProxyConfig both = istio::overlaid(*base.value, *over.value);
  EXPECT_EQ(both.concurrency, 2);
  EXPECT_EQ(both.drain_duration, seconds(1));
  EXPECT_EQ(both.gateway_topology->num_trusted_proxies, 1u);
  EXPECT_EQ(both.proxy_metadata.at("A"), "a");
  EXPECT_EQ(both.proxy_metadata.at("B"), "c");
}

}  // namespace
}  // namespace weft::api
