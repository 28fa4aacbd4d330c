// The tables of VirtualService: the object, its rules and what rules match. Actions are in http_actions.cc, checks that
// span fields in virtual_service_checks.cc.
#include "api/istio/virtual_service.h"

#include "api/describe.h"
#include "api/istio/virtual_service_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {

// prefix is plain text, character by character: /foo matches /foobar, unlike the path segments of the Gateway API.
const FieldTable& StringMatch::fields() {
  static const FieldTable table =
      Describe<StringMatch>("StringMatch", "How a text is compared, case-sensitively; one of the three.")
          .field("exact", &StringMatch::exact, "The whole text equals this.")
          .field("prefix", &StringMatch::prefix, "The text begins with this, character by character.")
          .field("regex", &StringMatch::regex, "The whole text matches this regular expression (RE2).")
          .finish(check_string_match);
  return table;
}

// Names of ports were removed from Istio's schema; old files have them, and a Service can resolve them.
const FieldTable& PortSelector::fields() {
  static const FieldTable table = Describe<PortSelector>("PortSelector", "A port of a service.")
                                      .field("number", &PortSelector::number, "The port's number.")
                                      .between(1, 65535)
                                      .field("name", &PortSelector::name, "The port's name.")
                                      .legacy("write number")
                                      .finish(check_port_selector);
  return table;
}

// The host need not be that of the VirtualService. A host that no registry knows answers 503 once requests come.
const FieldTable& Destination::fields() {
  static const FieldTable table =
      Describe<Destination>("Destination", "A service, or a subset of it, that requests go to.")
          .field("host", &Destination::host,
                 "The service's name. A name without a dot is completed with the namespace of this object.")
          .required()
          .check(check_destination_host)
          .field("subset", &Destination::subset, "A subset that a DestinationRule of the host defines.")
          .check(check_dns_label)
          .field("port", &Destination::port,
                 "The service's port. Unset: its only port, else the port the request arrived on.");
  return table;
}

// port, sourceLabels, sourceNamespace and gateways are static: an entry that cannot hold for a proxy is dropped for
// it, and a rule without entries left is skipped rather than matching everything.
const FieldTable& HttpMatchRequest::fields() {
  using Match = HttpMatchRequest;
  static const FieldTable table =
      Describe<Match>("HTTPMatchRequest", "Conditions on a request; all that are set must hold.")
          .field("name", &Match::name, "A name for this match; it becomes part of the route's name.")
          .field("uri", &Match::uri, "The path, without the query.")
          .field("scheme", &Match::scheme, "The scheme as the proxy sees it.")
          .field("method", &Match::method, "The method.")
          .field("authority", &Match::authority, "The Host header as sent, with its port if it has one.")
          .field("headers", &Match::headers,
                 "Header values by name; an empty match asks that the header is there. @request.auth.claims.NAME is a "
                 "claim of "
                 "the token, at gateways.")
          .check_keys(check_header_name)
          .field("port", &Match::port, "The service port that the request came in on.")
          .between(1, 65535)
          .field("sourceLabels", &Match::source_labels, "Labels that the client's pod must have.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("gateways", &Match::gateways, "Gateways this match is for, in place of the object's.")
          .check(check_gateway_name)
          .field("queryParams", &Match::query_params,
                 "Values of query parameters by name; an empty match asks that the parameter is there.")
          .field("ignoreUriCase", &Match::ignore_uri_case, "Compare exact and prefix matches of uri without case.")
          .field("withoutHeaders", &Match::without_headers,
                 "As headers, inverted: the match fails when the header's value matches.")
          .check_keys(check_header_name)
          .field("sourceNamespace", &Match::source_namespace, "The namespace the client's pod must be in.")
          .check(check_dns_label)
          .field("statPrefix", &Match::stat_prefix, "A name for statistics of this route.")
          .later()
          .finish(check_http_match);
  return table;
}

// Weights are relative. A single destination gets everything, whatever its weight.
const FieldTable& HttpRouteDestination::fields() {
  using Route = HttpRouteDestination;
  static const FieldTable table =
      Describe<Route>("HTTPRouteDestination", "A destination with its share of the requests.")
          .field("destination", &Route::destination, "Where the requests go.")
          .required()
          .field("weight", &Route::weight, "This destination's share, relative to the sum of all weights of the rule.")
          .at_least(0)
          .by_default("0; a sole destination takes everything")
          .field("headers", &Route::headers, "Header changes for this destination, after those of the rule.")
          .custom("appendHeaders", read_with_headers<Route>, "Headers to add to the request.")
          .legacy("write headers.request.add")
          .custom("appendRequestHeaders", read_with_headers<Route>, "Headers to add to the request.")
          .legacy("write headers.request.add")
          .custom("removeRequestHeaders", read_with_headers<Route>, "Headers to remove from the request.")
          .legacy("write headers.request.remove")
          .custom("appendResponseHeaders", read_with_headers<Route>, "Headers to add to the response.")
          .legacy("write headers.response.add")
          .custom("removeResponseHeaders", read_with_headers<Route>, "Headers to remove from the response.")
          .legacy("write headers.response.remove")
          .finish(check_http_destination);
  return table;
}

// timeout 0s is refused as in Istio: leave it out for no limit.
const FieldTable& HttpRoute::fields() {
  static const FieldTable table =
      Describe<HttpRoute>("HTTPRoute",
                          "One rule: what it matches, and what happens then. The first that matches decides.")
          .field("name", &HttpRoute::name, "The rule's name, seen in access logs and metrics.")
          .field("match", &HttpRoute::match, "Matches, one of which must hold. None: the rule takes everything.")
          .field("route", &HttpRoute::route, "Where requests go, by weight.")
          .field("redirect", &HttpRoute::redirect, "Answer with a redirect in place of a route.")
          .field("directResponse", &HttpRoute::direct_response, "Answer with a fixed response in place of a route.")
          .field("delegate", &HttpRoute::delegate, "Hand over to the rules of another VirtualService.")
          .field("rewrite", &HttpRoute::rewrite, "Change path or authority before forwarding.")
          .field("timeout", &HttpRoute::timeout, "How long a request may take, retries included. Unset: no limit.")
          .field("retries", &HttpRoute::retries, "When and how often a failed request is tried again.")
          .by_default("2 attempts on connect-failure,refused-stream,unavailable,cancelled")
          .field("fault", &HttpRoute::fault, "Delays and errors to inject, at the client's proxy.")
          .field("mirror", &HttpRoute::mirror,
                 "A destination that gets a copy of the requests; its answers are dropped.")
          .field("mirrors", &HttpRoute::mirrors, "Several such destinations, each with a percentage.")
          .field("mirrorPercentage", &HttpRoute::mirror_percentage, "The share of requests that mirror gets.")
          .by_default("100")
          .field("mirrorPercent", &HttpRoute::mirror_percent, "The share of requests that mirror gets, as an integer.")
          .between(0, 100)
          .legacy("write mirrorPercentage: {value: N}")
          .field("corsPolicy", &HttpRoute::cors_policy, "Who may call from pages of other origins.")
          .field("headers", &HttpRoute::headers, "Header changes for all destinations of the rule.")
          .custom("websocketUpgrade", read_with_headers<HttpRoute>, "Upgrades always work.")
          .legacy("leave it out: upgrades always work")
          .custom("appendHeaders", read_with_headers<HttpRoute>, "Headers to add to the request.")
          .legacy("write headers.request.add")
          .custom("appendRequestHeaders", read_with_headers<HttpRoute>, "Headers to add to the request.")
          .legacy("write headers.request.add")
          .custom("removeRequestHeaders", read_with_headers<HttpRoute>, "Headers to remove from the request.")
          .legacy("write headers.request.remove")
          .custom("appendResponseHeaders", read_with_headers<HttpRoute>, "Headers to add to the response.")
          .legacy("write headers.response.add")
          .custom("removeResponseHeaders", read_with_headers<HttpRoute>, "Headers to remove from the response.")
          .legacy("write headers.response.remove")
          .finish(check_http_route);
  return table;
}

const FieldTable& RouteDestination::fields() {
  static const FieldTable table =
      Describe<RouteDestination>("RouteDestination", "A destination with its share of the connections.")
          .field("destination", &RouteDestination::destination, "Where the connections go.")
          .required()
          .field("weight", &RouteDestination::weight, "This destination's share of the connections.")
          .at_least(0);
  return table;
}

// Rules for TLS see what the handshake shows: the server name and the addresses.
const FieldTable& TlsMatch::fields() {
  static const FieldTable table =
      Describe<TlsMatch>("TLSMatchAttributes", "Conditions on a TLS connection; all that are set must hold.")
          .field("sniHosts", &TlsMatch::sni_hosts, "Server names (SNI), each within the object's hosts.")
          .required()
          .check(check_host)
          .field("destinationSubnets", &TlsMatch::destination_subnets, "Subnets of the address the client dialled.")
          .check(check_subnet)
          .field("port", &TlsMatch::port, "The service port the connection came in on.")
          .between(1, 65535)
          .field("sourceLabels", &TlsMatch::source_labels, "Labels that the client's pod must have.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("gateways", &TlsMatch::gateways, "Gateways this match is for, in place of the object's.")
          .check(check_gateway_name)
          .field("sourceNamespace", &TlsMatch::source_namespace, "The namespace the client's pod must be in.")
          .check(check_dns_label)
          .finish(check_tls_match);
  return table;
}

const FieldTable& TlsRoute::fields() {
  static const FieldTable table =
      Describe<TlsRoute>("TLSRoute", "A rule for TLS connections that are not terminated here.")
          .field("match", &TlsRoute::match, "Matches, one of which must hold.")
          .required()
          .field("route", &TlsRoute::route, "Where connections go, by weight.")
          .required()
          .finish(check_tls_route);
  return table;
}

// sourceSubnet has always been accepted and never acted on, by Istio either.
const FieldTable& TcpMatch::fields() {
  static const FieldTable table =
      Describe<TcpMatch>("L4MatchAttributes", "Conditions on a TCP connection; all that are set must hold.")
          .field("destinationSubnets", &TcpMatch::destination_subnets, "Subnets of the address the client dialled.")
          .check(check_subnet)
          .field("port", &TcpMatch::port, "The service port the connection came in on.")
          .between(1, 65535)
          .field("sourceSubnet", &TcpMatch::source_subnet, "Subnet of the client. Istio never acted on it.")
          .legacy("leave it out: nothing acts on it")
          .field("sourceLabels", &TcpMatch::source_labels, "Labels that the client's pod must have.")
          .check(check_label_value)
          .check_keys(check_label_key)
          .field("gateways", &TcpMatch::gateways, "Gateways this match is for, in place of the object's.")
          .check(check_gateway_name)
          .field("sourceNamespace", &TcpMatch::source_namespace, "The namespace the client's pod must be in.")
          .check(check_dns_label);
  return table;
}

const FieldTable& TcpRoute::fields() {
  static const FieldTable table =
      Describe<TcpRoute>("TCPRoute", "A rule for opaque TCP connections.")
          .field("match", &TcpRoute::match, "Matches, one of which must hold. None: the rule takes everything.")
          .field("route", &TcpRoute::route, "Where connections go, by weight.")
          .required()
          .finish(check_tcp_route);
  return table;
}

// Which of http, tls and tcp applies follows from the protocol of the service's port.
const FieldTable& VirtualService::fields() {
  static const FieldTable table =
      Describe<VirtualService>("VirtualService", "How requests to a host are routed.")
          .field("hosts", &VirtualService::hosts,
                 "The names that clients address. None: this object is a delegate of another.")
          .check(check_host)
          .field("gateways", &VirtualService::gateways,
                 "Where the rules hold: gateways, and \"mesh\" for all sidecars.")
          .check(check_gateway_name)
          .by_default("[mesh]")
          .field("http", &VirtualService::http, "Rules for HTTP, in order; the first that matches decides.")
          .field("tls", &VirtualService::tls, "Rules for TLS that is not terminated here, in order.")
          .field("tcp", &VirtualService::tcp, "Rules for other TCP, in order.")
          .field("exportTo", &VirtualService::export_to, "Namespaces that see this object: \".\", \"*\" or names.")
          .check(check_export_to)
          .by_default("[*]")
          .finish(check_virtual_service);
  return table;
}

}  // namespace weft::api::istio
