// The tables of DestinationRule's connection pools and outlier detection, with their forefather, the circuit breaker.
#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/destination_rule.h"
#include "api/istio/destination_rule_checks.h"

namespace weft::api::istio {

// Zero and unset are the kernel's values (Linux: 9 probes, 2 hours, 75 seconds).
const FieldTable& TcpKeepalive::fields() {
  static const FieldTable table =
      Describe<TcpKeepalive>("TcpKeepalive", "Probes on idle connections, by the kernel.")
          .field("probes", &TcpKeepalive::probes, "Unanswered probes until the connection counts as dead.")
          .field("time", &TcpKeepalive::time, "How long a connection is idle before the first probe.")
          .field("interval", &TcpKeepalive::interval, "The time between probes.");
  return table;
}

// Limits hold per client proxy. An HTTP request above maxConnections waits; a TCP connection is closed.
const FieldTable& TcpPool::fields() {
  static const FieldTable table =
      Describe<TcpPool>("TCPSettings", "Limits that hold for HTTP and TCP.")
          .field("maxConnections", &TcpPool::max_connections, "Connections to the destination at once, per client.")
          .at_least(0)
          .by_default("4294967295")
          .field("connectTimeout", &TcpPool::connect_timeout, "How long connecting may take.")
          .by_default("10s")
          .field("tcpKeepalive", &TcpPool::tcp_keepalive, "Probes on idle connections.")
          .field("maxConnectionDuration", &TcpPool::max_connection_duration, "How old a connection may grow.")
          .field("idleTimeout", &TcpPool::idle_timeout, "How long a connection may be idle; 0s is for ever.")
          .may_be_zero()
          .by_default("1h");
  return table;
}

const FieldTable& Http2Keepalive::fields() {
  static const FieldTable table =
      Describe<Http2Keepalive>("ConnectionKeepalive", "Pings on HTTP/2 connections.")
          .field("interval", &Http2Keepalive::interval, "How long nothing has come before the service is asked.")
          .required()
          .field("timeout", &Http2Keepalive::timeout, "How long an answer may take.")
          .required();
  return table;
}

// In spite of their names both request limits hold for HTTP/1.1 and HTTP/2 (Envoy's circuit breakers know no version).
const FieldTable& HttpPool::fields() {
  static const FieldTable table =
      Describe<HttpPool>("HTTPSettings", "Limits that hold for HTTP.")
          .field("http1MaxPendingRequests", &HttpPool::http1_max_pending_requests,
                 "Requests that may wait for a connection, per client.")
          .at_least(0)
          .by_default("4294967295")
          .field("http2MaxRequests", &HttpPool::http2_max_requests,
                 "Requests under way at once, per client; HTTP/1.1, too.")
          .at_least(0)
          .by_default("4294967295")
          .field("maxRequestsPerConnection", &HttpPool::max_requests_per_connection,
                 "Requests that one connection carries; 1 turns keep-alive off, 0 is no limit. Not of those that "
                 "sidecars share.")
          .at_least(0)
          .by_default("0")
          .field("maxRetries", &HttpPool::max_retries, "Retries under way at once, per client.")
          .at_least(0)
          .by_default("4294967295")
          .field("idleTimeout", &HttpPool::idle_timeout, "How long a connection without requests is kept.")
          .may_be_zero()
          .by_default("1h")
          .field(
              "h2UpgradePolicy", &HttpPool::h2_upgrade_policy,
              "Whether HTTP/1.1 requests travel as HTTP/2. By default they do between sidecars, on shared connections.")
          .by_default("DEFAULT")
          .field("useClientProtocol", &HttpPool::use_client_protocol, "Speak to the service as the client spoke.")
          .field("maxConcurrentStreams", &HttpPool::max_concurrent_streams,
                 "Requests at once on a connection to an HTTP/2 service; the service may allow fewer.")
          .at_least(0)
          .by_default("2147483647")
          .field("http2KeepAlive", &HttpPool::http2_keep_alive,
                 "Pings on quiet connections to HTTP/2 services; those that do not answer are closed.")
          .finish(check_http_pool);
  return table;
}

const FieldTable& ConnectionPool::fields() {
  static const FieldTable table =
      Describe<ConnectionPool>("ConnectionPoolSettings", "Limits per client and destination.")
          .field("tcp", &ConnectionPool::tcp, "For HTTP and TCP.")
          .field("http", &ConnectionPool::http, "For HTTP.")
          .finish(check_connection_pool);
  return table;
}

// consecutiveErrors is ignored as in Istio, which only warns: acting on it would make one file mean two things.
const FieldTable& OutlierDetection::fields() {
  using Outlier = OutlierDetection;
  static const FieldTable table =
      Describe<Outlier>("OutlierDetection", "When an endpoint that fails is left out for a while.")
          .field("consecutive5xxErrors", &Outlier::consecutive_5xx_errors,
                 "Errors (5xx, failed connections) in a row that eject; 0 turns this off.")
          .by_default("5")
          .field("consecutiveGatewayErrors", &Outlier::consecutive_gateway_errors,
                 "Answers 502, 503, 504 in a row that eject; 0 turns this off.")
          .by_default("0")
          .field("interval", &Outlier::interval, "The time between sweeps that bring endpoints back.")
          .by_default("10s")
          .field("baseEjectionTime", &Outlier::base_ejection_time,
                 "How long the first ejection lasts; the nth, n times.")
          .by_default("30s")
          .field("maxEjectionPercent", &Outlier::max_ejection_percent, "The share of endpoints that may be ejected.")
          .between(0, 100)
          .by_default("10")
          .field("minHealthPercent", &Outlier::min_health_percent,
                 "Below this share of healthy endpoints all are used.")
          .between(0, 100)
          .by_default("0")
          .field("splitExternalLocalOriginErrors", &Outlier::split_external_local_origin_errors,
                 "Count failures to connect apart from answers.")
          .field("consecutiveLocalOriginFailures", &Outlier::consecutive_local_origin_failures,
                 "Failures to connect in a row that eject.")
          .by_default("5")
          .field("outlierDetectionHttpErrorCodes", &Outlier::outlier_detection_http_error_codes,
                 "The statuses that count as errors.")
          .between(100, 599)
          .later()
          .field("consecutiveErrors", &Outlier::consecutive_errors, "Ignored, as in Istio.")
          .legacy("write consecutive5xxErrors or consecutiveGatewayErrors; consecutiveErrors has no effect")
          .custom("http", read_with_outliers, "The fields one level up, as Istio 0.8 nested them.", &Outlier::fields)
          .legacy("write its fields directly into outlierDetection")
          .finish(check_outlier_detection);
  return table;
}

// The names are v1alpha2's; each description is the modern place.
const FieldTable& LegacySimpleCircuitBreaker::fields() {
  using Breaker = LegacySimpleCircuitBreaker;
  static const FieldTable table =
      Describe<Breaker>("SimpleCircuitBreakerPolicy", "Old form of connectionPool and outlierDetection (v1alpha2).")
          .field("maxConnections", &Breaker::max_connections, "connectionPool.tcp.maxConnections")
          .at_least(0)
          .field("httpMaxPendingRequests", &Breaker::http_max_pending_requests,
                 "connectionPool.http.http1MaxPendingRequests")
          .at_least(0)
          .field("httpMaxRequests", &Breaker::http_max_requests, "connectionPool.http.http2MaxRequests")
          .at_least(0)
          .field("httpMaxRequestsPerConnection", &Breaker::http_max_requests_per_connection,
                 "connectionPool.http.maxRequestsPerConnection")
          .at_least(0)
          .field("httpMaxRetries", &Breaker::http_max_retries, "connectionPool.http.maxRetries")
          .at_least(0)
          .field("httpConsecutiveErrors", &Breaker::http_consecutive_errors, "outlierDetection.consecutive5xxErrors")
          .field("sleepWindow", &Breaker::sleep_window, "outlierDetection.baseEjectionTime")
          .field("httpDetectionInterval", &Breaker::http_detection_interval, "outlierDetection.interval")
          .field("httpMaxEjectionPercent", &Breaker::http_max_ejection_percent, "outlierDetection.maxEjectionPercent")
          .between(0, 100);
  return table;
}

// The flat form never existed in Istio, yet is widely copied; both forms are read.
const FieldTable& LegacyCircuitBreaker::fields() {
  using Breaker = LegacyCircuitBreaker;
  static const FieldTable table =
      Describe<Breaker>("CircuitBreaker", "Old form of outlierDetection.")
          .field("consecutiveErrors", &Breaker::consecutive_errors, "outlierDetection.consecutive5xxErrors")
          .field("interval", &Breaker::interval, "outlierDetection.interval")
          .field("baseEjectionTime", &Breaker::base_ejection_time, "outlierDetection.baseEjectionTime")
          .field("maxEjectionPercent", &Breaker::max_ejection_percent, "outlierDetection.maxEjectionPercent")
          .between(0, 100)
          .field("simpleCb", &Breaker::simple_cb, "The nested form.");
  return table;
}

}  // namespace weft::api::istio
