// The parts of an HTTP rule, one function and one file each: from the fields of a VirtualService to those of an Envoy
// route. Pure; none looks at what another wrote, except where it says so.
#pragma once

#include "api/istio/mesh_config.h"
#include "api/istio/virtual_service.h"
#include "control/translate/route/rule_context.h"

namespace envoy::config::route::v3 {
class Route;
class RouteAction;
class RouteMatch;
class RetryPolicy;
}  // namespace envoy::config::route::v3

namespace weft::control::translate {

using envoy::config::route::v3::Route;

// Whether a match entry can hold at all for this client and port: gateways, port, sourceLabels, sourceNamespace.
bool is_for_client(const RuleContext& context, const api::istio::HttpMatchRequest& match);
// The conditions on the request. Null: everything matches. match.cc
void apply_match(const api::istio::HttpMatchRequest* match, envoy::config::route::v3::RouteMatch& message);

// Weighted destinations, their header operations and session affinity: destinations.cc
void apply_destinations(const RuleContext& context, const api::istio::HttpRoute& rule, Route& route);
// Whole-request time-out: timeout.cc
void apply_timeout(const api::istio::HttpRoute& rule, envoy::config::route::v3::RouteAction& action);
// Retries, with MeshConfig's policy where the rule says nothing, else Istio's: retries.cc
void apply_retries(const RuleContext& context, const api::istio::HttpRoute& rule,
                   envoy::config::route::v3::RouteAction& action);
// Towards the application a request that never reached it is sent again, as MeshConfig says, else twice at most.
void apply_inbound_retries(const api::istio::MeshConfig& mesh, envoy::config::route::v3::RouteAction& action);
// Changes of path and authority; a Host header that is set counts as the latter: rewrite.cc
void apply_rewrite(const api::istio::HttpRoute& rule, envoy::config::route::v3::RouteAction& action);
// Copies of requests: mirror.cc
void apply_mirrors(const RuleContext& context, const api::istio::HttpRoute& rule,
                   envoy::config::route::v3::RouteAction& action);
// Hashing for session affinity, from the destination's DestinationRule: affinity.cc
void apply_affinity(const RuleContext& context, const ResolvedDestination& destination, const std::string& subset,
                    envoy::config::route::v3::RouteAction& action);

// Header operations of the rule: headers.cc
void apply_headers(const api::istio::HttpRoute& rule, Route& route);
// An answer 3xx: redirect.cc. A rule whose code is none that Envoy can answer with is passed over, as in Istio.
bool is_known_redirect(const api::istio::HttpRedirect& redirect);
void apply_redirect(const RuleContext& context, const api::istio::HttpRedirect& redirect, Route& route);
// A fixed answer: direct_response.cc
void apply_direct_response(const api::istio::HttpDirectResponse& response, Route& route);
// Injected delays and errors: fault.cc
void apply_fault(const api::istio::HttpRoute& rule, Route& route);
// Cross-origin rules: cors.cc
void apply_cors(const api::istio::HttpRoute& rule, Route& route);

}  // namespace weft::control::translate
