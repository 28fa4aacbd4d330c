// The tables of DestinationRule: the object, subsets, policies and where they hold. Load balancing is in
// load_balancer.cc, pools and ejection in connection_pool.cc.
#include "api/istio/destination_rule.h"

#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/destination_rule_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {

// A tls block always wins over automatic mutual TLS; its mode has no default but DISABLE (protobuf's zero).
const FieldTable& ClientTls::fields() {
  static const FieldTable table =
      Describe<ClientTls>("ClientTLSSettings", "TLS of the connections to the service.")
          .field("mode", &ClientTls::mode, "Whether and how connections use TLS.")
          .by_default("DISABLE")
          .field("clientCertificate", &ClientTls::client_certificate, "File with the client's certificate, for MUTUAL.")
          .field("privateKey", &ClientTls::private_key, "File with the client's key, for MUTUAL.")
          .field("caCertificates", &ClientTls::ca_certificates, "File with the authorities to trust.")
          .by_default("those of the system")
          .field("credentialName", &ClientTls::credential_name, "A Secret with certificate, key and authorities.")
          .field("subjectAltNames", &ClientTls::subject_alt_names, "Names, one of which the server must have.")
          .field("sni", &ClientTls::sni, "The server name to send.")
          .by_default("the request's Host")
          .field("insecureSkipVerify", &ClientTls::insecure_skip_verify, "Trust any server.")
          .field("caCrl", &ClientTls::ca_crl, "File with the authorities' lists of revoked certificates.")
          .finish(check_client_tls);
  return table;
}

const FieldTable& Tunnel::fields() {
  static const FieldTable table =
      Describe<Tunnel>("TunnelSettings", "Connections through an HTTP tunnel that this host provides.")
          .field("protocol", &Tunnel::protocol, "The method that opens the tunnel.")
          .one_of({"CONNECT", "POST"})
          .by_default("CONNECT")
          .field("targetHost", &Tunnel::target_host, "The host behind the tunnel.")
          .required()
          .check(check_destination_host)
          .field("targetPort", &Tunnel::target_port, "The port behind the tunnel.")
          .required()
          .between(1, 65535);
  return table;
}

const FieldTable& ProxyProtocol::fields() {
  static const FieldTable table =
      Describe<ProxyProtocol>("ProxyProtocol", "A PROXY header at the beginning of each connection.")
          .field("version", &ProxyProtocol::version, "The header's version.")
          .by_default("V1");
  return table;
}

const FieldTable& RetryBudget::fields() {
  static const FieldTable table =
      Describe<RetryBudget>("RetryBudget", "Bounds the retries that run at once by the requests that do.")
          .field("percent", &RetryBudget::percent, "Retries as a percentage of the active requests.")
          .between(0, 100)
          .by_default("20")
          .field("minRetryConcurrency", &RetryBudget::min_retry_concurrency, "Retries that may always run.")
          .by_default("3")
          .field("budgetInterval", &RetryBudget::budget_interval, "The time over which active requests are counted.")
          .later();
  return table;
}

// A block left out falls back to Istio's defaults, not to the destination's block.
const FieldTable& PortTrafficPolicy::fields() {
  using Policy = PortTrafficPolicy;
  static const FieldTable table =
      Describe<Policy>("PortTrafficPolicy", "Policy for one port. It replaces the destination's policy wholesale.")
          .field("port", &Policy::port, "The service port this is for.")
          .required()
          .field("loadBalancer", &Policy::load_balancer, "How an endpoint is chosen.")
          .field("connectionPool", &Policy::connection_pool, "Limits on connections and requests.")
          .field("outlierDetection", &Policy::outlier_detection, "When an endpoint that fails is left out.")
          .field("tls", &Policy::tls, "TLS of the connections.")
          .by_default("mutual TLS of the mesh, where endpoints take it")
          .finish(check_port_policy);
  return table;
}

// Of a subset, a block that is set replaces the same block of the host; the others are inherited.
const FieldTable& TrafficPolicy::fields() {
  using Policy = TrafficPolicy;
  static const FieldTable table =
      Describe<Policy>("TrafficPolicy", "How connections and requests to a host are treated.")
          .field("loadBalancer", &Policy::load_balancer, "How an endpoint is chosen.")
          .field("connectionPool", &Policy::connection_pool, "Limits on connections and requests.")
          .field("outlierDetection", &Policy::outlier_detection, "When an endpoint that fails is left out.")
          .field("tls", &Policy::tls, "TLS of the connections.")
          .by_default("mutual TLS of the mesh, where endpoints take it")
          .field("portLevelSettings", &Policy::port_level_settings, "Policies for single ports.")
          .field("tunnel", &Policy::tunnel, "An HTTP tunnel to connect through.")
          .later()
          .field("proxyProtocol", &Policy::proxy_protocol, "A PROXY header on connections.")
          .later()
          .field("retryBudget", &Policy::retry_budget, "A bound on retries.")
          .custom("circuitBreaker", read_with_policy, "What outlierDetection and connectionPool say now.",
                  &LegacyCircuitBreaker::fields)
          .legacy("write outlierDetection (consecutive5xxErrors for consecutiveErrors); it wins where both are set")
          .finish(check_traffic_policy);
  return table;
}

// A subset without labels is all endpoints, with a policy of its own.
const FieldTable& Subset::fields() {
  static const FieldTable table =
      Describe<Subset>("Subset", "A named part of a host's endpoints.")
          .field("name", &Subset::name, "The name that routes use.")
          .required()
          .check(check_dns_label)
          .field("labels", &Subset::labels, "Labels of the endpoints. None: all endpoints.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("trafficPolicy", &Subset::traffic_policy, "Policy for this subset; its blocks replace the host's.");
  return table;
}

const FieldTable& WorkloadSelector::fields() {
  static const FieldTable table = Describe<WorkloadSelector>("WorkloadSelector", "Pods, by labels.")
                                      .field("matchLabels", &WorkloadSelector::match_labels, "Labels a pod must have.")
                                      .check(check_selector_value)
                                      .check_keys(check_label_key);
  return table;
}

// Looked up in the client's namespace, the service's, then the root's; the most specific host of the first that has
// any.
const FieldTable& DestinationRule::fields() {
  static const FieldTable table =
      Describe<DestinationRule>("DestinationRule", "How requests to a host are treated once they are routed.")
          .field("host", &DestinationRule::host,
                 "The service's name. A name without a dot is completed with the namespace of this object.")
          .required()
          .check(check_host)
          .field("trafficPolicy", &DestinationRule::traffic_policy, "Policy for all traffic to the host.")
          .field("subsets", &DestinationRule::subsets, "Named parts of the host's endpoints.")
          .field("exportTo", &DestinationRule::export_to, "Namespaces that see this object: \".\", \"*\" or names.")
          .check(check_export_to)
          .by_default("[*]")
          .field("workloadSelector", &DestinationRule::workload_selector,
                 "The clients this is for, in the object's own namespace.")
          .finish(check_destination_rule);
  return table;
}

}  // namespace weft::api::istio
