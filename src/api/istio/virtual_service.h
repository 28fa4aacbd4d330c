// VirtualService (networking.istio.io), every field of Istio's. An empty string, a zero or an empty list of a plain
// member is Istio's "unset"; std::optional where "unset" and "zero" differ. Old spellings are already mapped. Plain
// values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"

namespace weft::api {
class FieldTable;
}

namespace weft::api::istio {

// How a text is compared; at most one is set. A regex is RE2 and must match the whole text.
struct StringMatch {
  std::optional<std::string> exact;
  std::optional<std::string> prefix;
  std::optional<std::string> regex;

  // True when the match asks for presence only (of a header or parameter): nothing set, or the special regex "*".
  bool is_presence() const { return !exact && !prefix && (!regex || *regex == "*"); }

  static const FieldTable& fields();
  friend bool operator==(const StringMatch&, const StringMatch&) = default;
};

using StringMatches = std::map<std::string, StringMatch, std::less<>>;
using Texts = std::map<std::string, std::string, std::less<>>;

// A port by number; `name` only in the old spelling (removed from Istio), to be resolved against the Service.
struct PortSelector {
  uint32_t number = 0;
  std::string name;

  static const FieldTable& fields();
  friend bool operator==(const PortSelector&, const PortSelector&) = default;
};

// Where requests go. `host` as written: short names expand with the namespace of the object (model/host_name.h).
struct Destination {
  std::string host;
  std::string subset;
  std::optional<PortSelector> port;

  static const FieldTable& fields();
  friend bool operator==(const Destination&, const Destination&) = default;
};

// What is done to headers: `set` overwrites, `add` appends another value, `remove` deletes; in this order.
struct HeaderOperations {
  Texts set;
  Texts add;
  std::vector<std::string> remove;

  static const FieldTable& fields();
};

// Header operations on the way to the service and on the way back.
struct Headers {
  std::optional<HeaderOperations> request;
  std::optional<HeaderOperations> response;

  static const FieldTable& fields();
};

// One entry of http[].match: all conditions that are set must hold.
struct HttpMatchRequest {
  std::string name;
  std::optional<StringMatch> uri;  // of the path, without the query
  std::optional<StringMatch> scheme;
  std::optional<StringMatch> method;
  std::optional<StringMatch> authority;
  StringMatches headers;  // names lower-cased
  uint32_t port = 0;
  model::Labels source_labels;
  std::vector<std::string> gateways;
  StringMatches query_params;
  bool ignore_uri_case = false;  // for exact and prefix only
  StringMatches without_headers;
  std::string source_namespace;
  std::string stat_prefix;

  static const FieldTable& fields();
  friend bool operator==(const HttpMatchRequest&, const HttpMatchRequest&) = default;
};

// One destination of an HTTP rule with its share of the requests.
struct HttpRouteDestination {
  Destination destination;
  int32_t weight = 0;
  std::optional<Headers> headers;

  static const FieldTable& fields();
};

enum class RedirectPort : uint8_t { from_protocol_default, from_request_port };

// An answer 3xx instead of a route. `redirect_code` is 301 when unset.
struct HttpRedirect {
  std::string uri;  // replaces the whole path
  std::string authority;
  std::optional<uint32_t> port;
  RedirectPort derive_port = RedirectPort::from_protocol_default;
  std::string scheme;
  uint32_t redirect_code = 301;
  std::string prefix_rewrite;

  static const FieldTable& fields();
};

// Bytes that stand in base64 in YAML; here decoded.
struct Bytes {
  std::string value;
};

// A fixed body, as text or as bytes.
struct HttpBody {
  std::optional<std::string> text;  // "string"
  std::optional<Bytes> bytes;

  static const FieldTable& fields();
};

// A fixed answer.
struct HttpDirectResponse {
  uint32_t status = 0;
  std::optional<HttpBody> body;

  static const FieldTable& fields();
};

// Another VirtualService (without hosts) that holds the rules.
struct Delegate {
  std::string name;
  std::string namespace_name;  // empty: that of the delegating object

  static const FieldTable& fields();
};

// RE2 substitution within the path; backreferences \1.
struct RegexRewrite {
  std::string match;
  std::string rewrite;

  static const FieldTable& fields();
};

// Path and authority changes before forwarding.
struct HttpRewrite {
  std::string uri;
  std::string authority;
  std::optional<RegexRewrite> uri_regex_rewrite;

  static const FieldTable& fields();
};

// Retries. The block with attempts 0 (also `{}`) turns them off; a rule without the block has the mesh's default
// policy.
struct HttpRetry {
  int32_t attempts = 0;
  std::optional<Duration> per_try_timeout;
  std::string retry_on;
  std::optional<bool> retry_remote_localities;
  std::optional<bool> retry_ignore_previous_hosts;
  std::optional<Duration> backoff;

  static const FieldTable& fields();
};

// 0 to 100, steps of 0.0001.
struct Percent {
  double value = 0;

  static const FieldTable& fields();
};

// Part of the requests wait. No percentage: none do, unless the deprecated integer `percent` is set.
struct FaultDelay {
  std::optional<Duration> fixed_delay;
  std::optional<Duration> exponential_delay;  // refused by validation, as in Istio
  int32_t percent = 0;
  std::optional<Percent> percentage;

  static const FieldTable& fields();
};

// Part of the requests are answered with an error.
struct FaultAbort {
  std::optional<int32_t> http_status;
  std::optional<std::string> grpc_status;
  std::optional<std::string> http2_error;  // refused by validation, as in Istio
  std::optional<Percent> percentage;

  static const FieldTable& fields();
};

// Faults injected by the client's proxy.
struct HttpFault {
  std::optional<FaultDelay> delay;
  std::optional<FaultAbort> abort;

  static const FieldTable& fields();
};

// A copy of part of the requests to another destination.
struct HttpMirror {
  Destination destination;
  std::optional<Percent> percentage;  // unset: all

  static const FieldTable& fields();
};

enum class UnmatchedPreflights : uint8_t { unspecified, forward, ignore };

// Cross-origin rules. `allow_origin` (deprecated) is an exact list, "*" any.
struct CorsPolicy {
  std::vector<StringMatch> allow_origins;
  std::vector<std::string> allow_origin;
  std::vector<std::string> allow_methods;
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  std::optional<Duration> max_age;
  std::optional<bool> allow_credentials;
  UnmatchedPreflights unmatched_preflights = UnmatchedPreflights::unspecified;

  static const FieldTable& fields();
};

// One HTTP rule: the first whose match holds decides. No match entries: it matches everything.
struct HttpRoute {
  std::string name;
  std::vector<HttpMatchRequest> match;
  std::vector<HttpRouteDestination> route;
  std::optional<HttpRedirect> redirect;
  std::optional<HttpDirectResponse> direct_response;
  std::optional<Delegate> delegate;
  std::optional<HttpRewrite> rewrite;
  std::optional<Duration> timeout;
  std::optional<HttpRetry> retries;
  std::optional<HttpFault> fault;
  std::optional<Destination> mirror;
  std::vector<HttpMirror> mirrors;
  std::optional<uint32_t> mirror_percent;  // deprecated
  std::optional<Percent> mirror_percentage;
  std::optional<CorsPolicy> cors_policy;
  std::optional<Headers> headers;

  static const FieldTable& fields();
};

// One destination of a TLS or TCP rule.
struct RouteDestination {
  Destination destination;
  int32_t weight = 0;

  static const FieldTable& fields();
};

// One entry of tls[].match.
struct TlsMatch {
  std::vector<std::string> sni_hosts;
  std::vector<std::string> destination_subnets;
  uint32_t port = 0;
  model::Labels source_labels;
  std::vector<std::string> gateways;
  std::string source_namespace;

  static const FieldTable& fields();
};

// One rule for TLS that is not terminated.
struct TlsRoute {
  std::vector<TlsMatch> match;
  std::vector<RouteDestination> route;

  static const FieldTable& fields();
};

// One entry of tcp[].match.
struct TcpMatch {
  std::vector<std::string> destination_subnets;
  uint32_t port = 0;
  std::string source_subnet;
  model::Labels source_labels;
  std::vector<std::string> gateways;
  std::string source_namespace;

  static const FieldTable& fields();
};

// One rule for opaque TCP.
struct TcpRoute {
  std::vector<TcpMatch> match;
  std::vector<RouteDestination> route;

  static const FieldTable& fields();
};

// The spec. `gateways` is {"mesh"} when unset; `export_to` stays empty when unset (the mesh's default holds).
struct VirtualService {
  std::vector<std::string> hosts;
  std::vector<std::string> gateways;
  std::vector<HttpRoute> http;
  std::vector<TlsRoute> tls;
  std::vector<TcpRoute> tcp;
  std::vector<std::string> export_to;

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
