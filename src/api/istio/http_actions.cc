// The tables of what an HTTP rule can do: header changes, redirects, rewrites, retries, faults, mirrors, CORS.
#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/http_action_checks.h"
#include "api/istio/virtual_service.h"
#include "api/text_checks.h"

namespace weft::api::istio {

// Header names are compared without case; the order set, add, remove is that of the proxy, not of the file.
const FieldTable& HeaderOperations::fields() {
  static const FieldTable table =
      Describe<HeaderOperations>("HeaderOperations", "Changes to headers: set, then add, then remove.")
          .field("set", &HeaderOperations::set, "Headers to overwrite.")
          .check(check_header_format)
          .check_keys(check_header_name)
          .field("add", &HeaderOperations::add, "Headers to append a value to.")
          .check(check_header_format)
          .check_keys(check_header_name)
          .field("remove", &HeaderOperations::remove, "Headers to delete.")
          .check(check_header_name);
  return table;
}

const FieldTable& Headers::fields() {
  static const FieldTable table = Describe<Headers>("Headers", "Changes to headers.")
                                      .field("request", &Headers::request, "On the way to the service.")
                                      .field("response", &Headers::response, "On the way back.")
                                      .finish(check_headers);
  return table;
}

// redirectCode takes any 3xx, as Istio does; check_redirect() warns of those that no proxy answers with.
const FieldTable& HttpRedirect::fields() {
  static const FieldTable table =
      Describe<HttpRedirect>("HTTPRedirect", "A redirect; what is unset stays as in the request.")
          .field("uri", &HttpRedirect::uri, "The new path; the query is kept.")
          .check(check_no_controls)
          .field("authority", &HttpRedirect::authority, "The new host.")
          .check(check_authority)
          .field("port", &HttpRedirect::port, "The new port.")
          .between(1, 65535)
          .field("derivePort", &HttpRedirect::derive_port, "How the port is found when none is given.")
          .by_default("FROM_PROTOCOL_DEFAULT")
          .field("scheme", &HttpRedirect::scheme, "The new scheme.")
          .one_of({"http", "https"})
          .field("redirectCode", &HttpRedirect::redirect_code, "The status of the answer.")
          .between(300, 399)
          .by_default("301")
          .field("prefixRewrite", &HttpRedirect::prefix_rewrite, "Replaces the prefix that the rule matched.")
          .check(check_no_controls)
          .finish(check_redirect);
  return table;
}

const FieldTable& HttpBody::fields() {
  static const FieldTable table = Describe<HttpBody>("HTTPBody", "A body, as text or as bytes.")
                                      .field("string", &HttpBody::text, "The body as text.")
                                      .field("bytes", &HttpBody::bytes, "The body in base64.")
                                      .finish(check_body);
  return table;
}

// Istio lets 200 to 599 pass; 1xx would not end the exchange.
const FieldTable& HttpDirectResponse::fields() {
  static const FieldTable table = Describe<HttpDirectResponse>("HTTPDirectResponse", "A fixed answer.")
                                      .field("status", &HttpDirectResponse::status, "The status of the answer.")
                                      .required()
                                      .between(200, 599)
                                      .field("body", &HttpDirectResponse::body, "The body. Unset: none.");
  return table;
}

const FieldTable& Delegate::fields() {
  static const FieldTable table =
      Describe<Delegate>("Delegate", "Another VirtualService, without hosts, that holds the rules.")
          .field("name", &Delegate::name, "Its name.")
          .required()
          .field("namespace", &Delegate::namespace_name, "Its namespace. Unset: that of this object.")
          .check(check_dns_label);
  return table;
}

const FieldTable& RegexRewrite::fields() {
  static const FieldTable table =
      Describe<RegexRewrite>("RegexRewrite", "A substitution within the path.")
          .field("match", &RegexRewrite::match, "The part to replace, as a regular expression (RE2).")
          .required()
          .check(check_regex)
          .field("rewrite", &RegexRewrite::rewrite, "What replaces it; \\1 stands for the first group.")
          .required()
          .check(check_no_controls)
          .finish(check_regex_rewrite);
  return table;
}

const FieldTable& HttpRewrite::fields() {
  static const FieldTable table =
      Describe<HttpRewrite>("HTTPRewrite", "Changes to the request's target before forwarding.")
          .field("uri", &HttpRewrite::uri, "Replaces the matched prefix, or the whole path after other matches.")
          .check(check_no_controls)
          .field("authority", &HttpRewrite::authority, "Replaces the Host header.")
          .check(check_authority)
          .field("uriRegexRewrite", &HttpRewrite::uri_regex_rewrite, "Replaces a part of the path.")
          .finish(check_rewrite);
  return table;
}

// Without this block the mesh's default policy holds; with attempts 0 (also `retries: {}`) nothing is tried again.
const FieldTable& HttpRetry::fields() {
  static const FieldTable table =
      Describe<HttpRetry>("HTTPRetry", "When and how often a failed request is tried again.")
          .field("attempts", &HttpRetry::attempts, "How many more tries; 0 turns retries off.")
          .at_least(0)
          .field("perTryTimeout", &HttpRetry::per_try_timeout, "How long one try may take.")
          .by_default("the rule's timeout")
          .field("retryOn", &HttpRetry::retry_on,
                 "What counts as failed: a comma-separated list of conditions and statuses.")
          .by_default("connect-failure,refused-stream,unavailable,cancelled")
          .field("retryRemoteLocalities", &HttpRetry::retry_remote_localities,
                 "Whether retries leave out the localities already tried, from the second on.")
          .by_default("false")
          .field("retryIgnorePreviousHosts", &HttpRetry::retry_ignore_previous_hosts,
                 "Whether a retry avoids the endpoints already tried.")
          .by_default("true")
          .field("backoff", &HttpRetry::backoff, "The base of the growing pause between tries.")
          .by_default("25ms")
          .finish(check_retry);
  return table;
}

// Envoy counts in millionths; Istio rounds to 0.0001.
const FieldTable& Percent::fields() {
  static const FieldTable table = Describe<Percent>("Percent", "A share, in steps of 0.0001.")
                                      .field("value", &Percent::value, "0 to 100.")
                                      .between(0, 100)
                                      .finish(check_percent);
  return table;
}

// No percentage means no request: Istio's reading, however odd. The finish() warns.
const FieldTable& FaultDelay::fields() {
  static const FieldTable table =
      Describe<FaultDelay>("Delay", "A pause before the request is forwarded.")
          .field("fixedDelay", &FaultDelay::fixed_delay, "How long.")
          .field("exponentialDelay", &FaultDelay::exponential_delay, "Not supported by Istio.")
          .field("percentage", &FaultDelay::percentage, "The share of requests that wait.")
          .by_default("0")
          .field("percent", &FaultDelay::percent, "The share of requests that wait, as an integer.")
          .between(0, 100)
          .legacy("write percentage: {value: N}")
          .finish(check_delay);
  return table;
}

// `percent` of an abort was removed from Istio without a successor in meaning: it is read as nothing, and said so.
const FieldTable& FaultAbort::fields() {
  static const FieldTable table =
      Describe<FaultAbort>("Abort", "An error in place of an answer.")
          .field("httpStatus", &FaultAbort::http_status, "The HTTP status of the error.")
          .between(200, 599)
          .field("grpcStatus", &FaultAbort::grpc_status, "The gRPC status of the error, by name.")
          .check(check_grpc_status)
          .field("http2Error", &FaultAbort::http2_error, "Not supported by Istio.")
          .field("percentage", &FaultAbort::percentage, "The share of requests that fail.")
          .by_default("0")
          .custom("percent", ignore_abort_percent, "Removed from Istio, where it has no effect.")
          .legacy("write percentage: {value: N}; without it no request is aborted")
          .finish(check_abort);
  return table;
}

const FieldTable& HttpFault::fields() {
  static const FieldTable table = Describe<HttpFault>("HTTPFaultInjection", "Faults to inject.")
                                      .field("delay", &HttpFault::delay, "Let requests wait.")
                                      .field("abort", &HttpFault::abort, "Let requests fail.")
                                      .finish(check_fault);
  return table;
}

const FieldTable& HttpMirror::fields() {
  static const FieldTable table =
      Describe<HttpMirror>("HTTPMirrorPolicy", "A destination that gets copies of requests.")
          .field("destination", &HttpMirror::destination, "Where the copies go.")
          .required()
          .field("percentage", &HttpMirror::percentage, "The share of requests that is copied.")
          .by_default("100");
  return table;
}

// A preflight of an origin that matches is answered by the proxy; others travel on (FORWARD) or are left without CORS
// headers.
const FieldTable& CorsPolicy::fields() {
  static const FieldTable table =
      Describe<CorsPolicy>("CorsPolicy", "Cross-origin resource sharing.")
          .field("allowOrigins", &CorsPolicy::allow_origins, "Origins that may call.")
          .field("allowOrigin", &CorsPolicy::allow_origin, "Origins that may call, exactly; \"*\" is any.")
          .legacy("write allowOrigins: [{exact: ...}]")
          .check(check_not_empty)
          .field("allowMethods", &CorsPolicy::allow_methods, "Methods that may be used.")
          .check(check_cors_method)
          .field("allowHeaders", &CorsPolicy::allow_headers, "Request headers that may be sent.")
          .check(check_header_name)
          .field("exposeHeaders", &CorsPolicy::expose_headers, "Response headers that pages may read.")
          .check(check_header_name)
          .field("maxAge", &CorsPolicy::max_age, "How long browsers may keep the answer to a preflight.")
          .field("allowCredentials", &CorsPolicy::allow_credentials, "Whether requests may carry credentials.")
          .field("unmatchedPreflights", &CorsPolicy::unmatched_preflights,
                 "What happens to preflights of other origins.")
          .by_default("FORWARD")
          .finish(check_cors);
  return table;
}

}  // namespace weft::api::istio
