// Listener: one LDS resource, compiled: which filter chain a connection gets, and what that chain does with it: HTTP by
// a route table, or bytes to a cluster.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "decide/address.h"
#include "decide/chain_match.h"
#include "decide/names.h"
#include "decide/port_condition.h"
#include "decide/routing/canonical_path.h"
#include "decide/routing/route_table.h"

namespace weft::decide {

struct Authorization;          // decide/authorization/
struct ExternalAuthorization;  // decide/authorization/: ext_authz
struct TokenRules;             // decide/token/: jwt_authn
struct ServerTls;              // decide/tls.h

enum class Direction : uint8_t { unspecified, inbound, outbound };

// What becomes of the `server` field of responses (server_header_transformation).
enum class ServerHeader : uint8_t { overwrite, set_if_absent, pass_through };

// What becomes of x-forwarded-client-cert (forward_client_cert_details): of the one that came, and whether the client's
// own certificate is told in it.
enum class ClientCertForwarding : uint8_t { sanitize, forward_only, append_forward, sanitize_set, always_forward_only };

// Which parts of the client's certificate are told (set_current_client_cert_details), beside its hash and ours.
struct ClientCertParts {
  bool subject = false;
  bool uri = false;
  bool dns = false;
  bool cert = false;
  bool chain = false;
};

// An HTTP connection manager. Durations of 0 mean "none".
struct HttpChain {
  std::string stat_prefix;
  std::variant<RouteTableId, RouteTablePtr> routes;  // by RDS, or inline
  std::string server_name;                           // empty: the endpoint's `server` field passes unchanged
  ServerHeader server_header = ServerHeader::overwrite;
  PathPolicy path_policy;
  std::vector<std::string> upgrades;     // lower-case names that may be upgraded to
  std::vector<IpRange> internal_ranges;  // internal_address_config: whose x-envoy-* fields are believed
  bool trusts_peer_address = false;      // use_remote_address: x-forwarded-* from this client are not believed
  uint32_t trusted_proxies = 0;          // xff_num_trusted_hops: so many proxies before this one are, all the same
  ClientCertForwarding client_cert_forwarding = ClientCertForwarding::sanitize;
  ClientCertParts client_cert_parts;
  bool generates_request_id = true;
  bool keeps_request_id = false;  // preserve_external_request_id
  bool returns_request_id = false;
  bool accepts_http10 = false;
  bool accepts_http2 = true;              // with prior knowledge: codec_type is not HTTP1
  bool accepts_http1 = true;              // codec_type is not HTTP2
  bool accepts_extended_connect = false;  // over HTTP/2 (RFC 8441): allow_connect, or there are upgrades to ask for
  bool refuses_underscores = false;
  uint32_t head_kib_max = 60;
  uint32_t fields_max = 100;
  uint32_t streams_max = 100;              // at once on one HTTP/2 connection
  bool respects_expected_timeout = false;  // the router's: x-envoy-expected-rq-timeout-ms is the client's timeout
  Duration stream_idle_timeout = std::chrono::minutes(5);
  Duration request_timeout{};
  Duration head_timeout{};
  Duration idle_timeout = std::chrono::hours(1);
  Duration connection_age_max{};
  uint32_t requests_per_connection_max = 0;
  std::shared_ptr<const TokenRules> token_rules;                        // null: tokens are not looked at
  std::shared_ptr<const ExternalAuthorization> external_authorization;  // null: nobody else is asked
  std::shared_ptr<const Authorization> authorization;                   // null: everybody may do everything
};

// A TCP proxy: every connection goes to one of the clusters. Durations of 0 mean "none".
struct TcpChain {
  std::string stat_prefix;
  std::vector<WeightedCluster> clusters;
  bool follows_server_name = false;  // sni_cluster: to the cluster that the client's SNI names, if it sent one
  Duration idle_timeout = std::chrono::hours(1);
  Duration connection_age_max{};
  uint32_t connect_attempts_max = 1;
  bool hashes_source_address = false;  // hash_policy: what clusters that hash choose their endpoint by
  std::shared_ptr<const ExternalAuthorization> external_authorization;  // null: nobody else is asked
  std::shared_ptr<const Authorization> authorization;                   // null: everybody may connect

  ClusterId pick(uint64_t random) const;
};

// A condition and what to do with the connections that meet it.
struct FilterChain {
  std::string name;
  ChainMatch match;
  std::shared_ptr<const ServerTls> tls;  // null: plain text, or TLS that passes through
  std::variant<HttpChain, TcpChain> action;
};

// The proxy_protocol listener filter: connections begin with a header that says whose they are.
struct ProxyProtocol {
  bool allows_none = false;  // allow_requests_without_proxy_protocol
  bool takes_v1 = true;      // else disallowed_versions names it
  bool takes_v2 = true;

  bool takes(uint8_t version) const { return version == 0 ? allows_none : version == 1 ? takes_v1 : takes_v2; }
};

// See the head of this file. Immutable and shared by all shards.
struct Listener {
  std::string name;
  EndpointAddress address;
  uint32_t file_mode = 0;          // permissions of a socket file (Pipe.mode); 0: nothing is said about them
  bool binds = true;               // bind_to_port: false for those that only take over captured connections
  bool hands_off = false;          // use_original_dst: to the listener of the original destination
  bool reads_destination = false;  // the original_dst listener filter
  Direction direction = Direction::unspecified;
  std::optional<ProxyProtocol> proxy_protocol;
  std::optional<PortCondition> http_inspector;  // where protocol is detected; nothing: nowhere
  std::optional<PortCondition> tls_inspector;
  Duration detection_timeout{};  // 0: waits for ever
  bool continues_after_timeout = false;
  std::vector<FilterChain> chains;
  ChainIndex index;
  std::optional<FilterChain> default_chain;
  std::vector<RouteTableId> route_tables;  // every table that a chain names
  std::vector<ClusterId> clusters;         // and every cluster

  // The chain for a connection; the default one, or nullptr, when none matches.
  const FilterChain* chain_for(const ConnectionFacts& facts) const;
};

using ListenerPtr = std::shared_ptr<const Listener>;

}  // namespace weft::decide
