// Cluster and EndpointSet: where requests can be sent, compiled. The two arrive and change apart (CDS, EDS), and a
// change of one never copies the other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "decide/address.h"
#include "decide/balancing.h"
#include "decide/health_check.h"
#include "decide/names.h"
#include "decide/origin.h"
#include "decide/outlier_detection.h"

namespace weft::decide {

struct ClientTls;  // decide/tls.h

// Where a cluster's endpoints come from: EDS, its own load_assignment, what the names in that resolve to, or the
// address that the client dialled.
enum class Discovery : uint8_t { eds, fixed, dns, original_destination };

// What the cluster's endpoints speak. `as_client`: whatever version the request came in by.
enum class EndpointProtocol : uint8_t { http1, http2, as_client };

// Retries as a share of the requests that are under way: a retry more in quiet times, no storm in bad ones.
struct RetryBudget {
  double share = 0.2;
  uint32_t always = 3;  // so many may run however few requests there are
};

// Circuit breakers of the default priority; Envoy's defaults where nothing is said.
struct Limits {
  uint32_t connections_max = 1024;
  uint32_t pending_max = 1024;
  uint32_t requests_max = 1024;
  uint32_t retries_max = 3;
  std::optional<RetryBudget> retry_budget;  // instead of retries_max
};

// What an endpoint says of the transport it speaks (metadata envoy.transport_socket_match): Istio's tlsMode.
using SocketLabels = std::map<std::string, std::string>;

// One address that serves a cluster.
struct Endpoint {
  EndpointAddress address;
  uint32_t weight = 1;
  uint32_t priority = 0;
  uint32_t locality = 0;     // of the set's localities
  bool is_healthy = true;    // by what the control plane says
  bool multiplexes = false;  // its proxy takes HTTP/1.1 requests as HTTP/2 streams of shared connections
  std::shared_ptr<const SocketLabels> socket_labels;  // null: none
  std::shared_ptr<const CheckTarget> check_target;    // none: checked where it serves
  std::string workload;  // Istio's endpoint metadata: name;namespace;canonical name;revision;cluster
};

// Where endpoints are. Weights count where the cluster weighs localities; 0: no traffic.
struct Locality {
  std::string region;
  std::string zone;
  std::string subzone;
  uint32_t weight = 0;
};

// One ClusterLoadAssignment, in order of priority. Immutable and shared by all shards.
struct EndpointSet {
  std::string name;
  std::vector<Endpoint> endpoints;
  std::vector<Locality> localities{{}};     // the first is that of endpoints without one
  uint32_t overprovisioning_percent = 140;  // how much more a healthy endpoint can take than its share
};

using EndpointSetPtr = std::shared_ptr<const EndpointSet>;

// Which addresses of a name are asked for (dns_lookup_family); v6_else_v4 is Envoy's AUTO.
enum class AddressFamily : uint8_t { v4, v6, v6_else_v4, v4_else_v6, both };

// A name in place of an address: every address of it becomes an endpoint like `like`, on its port.
struct NamedEndpoint {
  std::string host;  // also an IP address
  Endpoint like;
};

// A cluster of type STRICT_DNS or LOGICAL_DNS, with Envoy's defaults.
struct DnsDiscovery {
  std::vector<NamedEndpoint> names;  // in order of priority
  EndpointSet frame;                 // the set without its endpoints
  bool takes_first_only = false;     // LOGICAL_DNS
  AddressFamily family = AddressFamily::v6_else_v4;
  bool follows_ttl = false;  // respect_dns_ttl: else every refresh_interval
  Duration refresh_interval = std::chrono::seconds(5);
  Duration retry_interval = std::chrono::seconds(5);  // after a failure; doubled after each up to the greatest
  Duration retry_interval_max = std::chrono::seconds(5);
};

// Probes on connections that say nothing (SO_KEEPALIVE). 0: the system's value.
struct TcpKeepalive {
  uint32_t probes = 0;
  uint32_t time_s = 0;  // silent for so long before the first
  uint32_t interval_s = 0;
};

// Pings on HTTP/2 connections from which nothing has come for `interval`; without an answer for `timeout` they are
// given up (RFC 9113 6.7).
struct Http2Keepalive {
  Duration interval;
  Duration timeout;
};

// One CDS resource. Immutable and shared by all shards.
struct Cluster {
  ClusterId id;
  std::string name;
  Discovery discovery = Discovery::eds;
  std::string endpoints_name;       // the EDS resource, where discovery is eds
  EndpointSetPtr fixed_endpoints;   // where it is fixed
  std::optional<DnsDiscovery> dns;  // where it is dns
  Balancing balancing = Balancing::round_robin;
  uint32_t choices = 2;  // least_request, peak_ewma: how many endpoints are compared
  HashTableSize hash_table;
  PeakEwma peak_ewma;
  std::optional<SlowStart> slow_start;
  bool weighs_localities = false;  // a locality's share is by its weight, not by its endpoints
  EndpointProtocol protocol = EndpointProtocol::http1;
  Duration connect_timeout = std::chrono::seconds(5);
  Duration idle_timeout = std::chrono::hours(1);     // of a pooled connection; 0: none
  Duration connection_age_max{};                     // 0: none
  uint32_t requests_per_connection_max = 0;          // 0: any number
  uint32_t streams_per_connection_max = UINT32_MAX;  // of HTTP/2; the endpoint may allow fewer
  std::optional<Http2Keepalive> http2_keepalive;
  std::optional<TcpKeepalive> keepalive;
  Limits limits;
  std::optional<OutlierDetection> outlier_detection;
  HealthCheckPtr health_check;  // none: endpoints are not asked
  // A checked endpoint that discovery takes away stays while it is well (ignore_health_on_host_removal).
  bool keeps_removed_endpoints = true;
  uint32_t panic_percent = 50;              // fewer healthy endpoints, and all are used; 0: never
  std::optional<IpAddress> source_address;  // bound before dialling
  std::shared_ptr<const ClientTls> tls;     // what connections are wrapped in; null: plain text
  // What those to endpoints with these labels are wrapped in instead, the first that fits (transport_socket_matches).
  struct TlsMatch {
    SocketLabels labels;
    std::shared_ptr<const ClientTls> tls;
  };
  std::vector<TlsMatch> tls_matches;
  bool names_server_by_host = false;  // auto_sni: SNI is the service's host where the settings name none
  Origin origin;
  std::string service_host;  // Istio's metadata: which service this is, for telemetry
  std::string service_name;
  std::string service_namespace;
  std::string subset;
};

using ClusterPtr = std::shared_ptr<const Cluster>;

}  // namespace weft::decide
