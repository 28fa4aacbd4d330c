// The tables of extension providers.
#include "api/istio/extension_provider.h"

#include <array>

#include "api/describe.h"
#include "api/istio/mesh_choices.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

constexpr double kMostPort = 65535;
constexpr double kMostBody = 1048576;  // kept in memory while the service thinks

// "envoy/ext_authz" is a namespace and a host, "host" alone is looked up everywhere.
Complaint check_provider_service(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return check_destination_host(text);
  if (const auto wrong = check_dns_label(text.substr(0, slash))) return wrong;
  return check_destination_host(text.substr(slash + 1));
}

// Istio's: a name, the beginning of one ("x-*") or the end ("*-x"), but never every name.
Complaint check_header_pattern(std::string_view text) {
  if (text == "*") return "is every header, which is too much";
  if (text.starts_with('*')) return check_header_name(text.substr(1));
  if (text.ends_with('*')) return check_header_name(text.substr(0, text.size() - 1));
  return check_header_name(text);
}

Complaint check_path_prefix(std::string_view text) {
  if (text.empty() || text.starts_with('/')) return std::nullopt;
  return "must begin with '/'";
}

Complaint check_error_status(std::string_view text) {
  const auto status = parse_unsigned(text);
  if (text.empty() || (status && *status >= 200 && *status <= 599)) return std::nullopt;
  return "is not an HTTP status from 200 to 599";
}

// In the question it would stand for something else: Envoy reads operators there.
Complaint check_plain_value(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return "holds a percent sign, which Envoy reads as an operator";
  return check_header_value(text);
}

// Istio has two kinds of objects; what the other has is a mistake.
void check_over_grpc(const Place& place) {
  static constexpr std::array<const char*, 7> kOfHttp = {"pathPrefix",
                                                         "includeRequestHeadersInCheck",
                                                         "includeHeadersInCheck",
                                                         "includeAdditionalHeadersInCheck",
                                                         "headersToUpstreamOnAllow",
                                                         "headersToDownstreamOnDeny",
                                                         "headersToDownstreamOnAllow"};
  for (const char* name : kOfHttp) {
    if (place.has(name)) place.at(name).error(Code::conflicting_fields, "goes with envoyExtAuthzHttp only");
  }
}

// Istio's own: a name, and one of the kinds of providers.
void check_provider(const Place& place, ExtensionProvider&) {
  size_t kinds = 0;
  for (const MapEntry& entry : place.node().entries) kinds += entry.key == "name" ? 0 : 1;
  if (kinds == 0)
    place.error(Code::required, "the provider is of no kind", "set zipkin, opentelemetry, prometheus ...");
  if (kinds > 1) place.error(Code::conflicting_fields, "a provider is of one kind only");
  if (place.has("envoyExtAuthzGrpc")) check_over_grpc(place.at("envoyExtAuthzGrpc"));
}

}  // namespace

const FieldTable& CheckedBody::fields() {
  static const FieldTable table =
      Describe<CheckedBody>("EnvoyExternalAuthorizationRequestBody", "How much of a body is shown.")
          .field("maxRequestBytes", &CheckedBody::max_request_bytes,
                 "Bytes at most; a longer body is refused with 413, unless a part will do.")
          .required()
          .between(1, kMostBody)
          .field("allowPartialMessage", &CheckedBody::allow_partial_message, "Show the beginning of longer ones.")
          .field("packAsBytes", &CheckedBody::pack_as_bytes, "Show them as bytes, not as text.");
  return table;
}

const FieldTable& ExternalAuthorization::fields() {
  using Authorization = ExternalAuthorization;
  static const FieldTable table =
      Describe<Authorization>("EnvoyExternalAuthorizationProvider", "A service that says whether requests may pass.")
          .field("service", &Authorization::service, "HOST, or NAMESPACE/HOST.")
          .required()
          .check(check_provider_service)
          .field("port", &Authorization::port, "Its port.")
          .required()
          .between(1, kMostPort)
          .field("timeout", &Authorization::timeout, "How long an answer may take.")
          .by_default("600s")
          .field("pathPrefix", &Authorization::path_prefix, "Put before the path of the question (HTTP).")
          .check(check_path_prefix)
          .field("failOpen", &Authorization::fail_open, "Let requests pass when the service does not answer.")
          .field("clearRouteCache", &Authorization::clear_route_cache, "Choose the route again after an answer.")
          .field("statusOnError", &Authorization::status_on_error, "The status when the service does not answer.")
          .check(check_error_status)
          .by_default("403")
          .field("includeRequestHeadersInCheck", &Authorization::include_request_headers_in_check,
                 "Headers that are shown (HTTP).")
          .check(check_header_pattern)
          .field("includeHeadersInCheck", &Authorization::include_headers_in_check, "The same.")
          .check(check_header_pattern)
          .legacy("write includeRequestHeadersInCheck")
          .field("includeAdditionalHeadersInCheck", &Authorization::include_additional_headers_in_check,
                 "Headers that are added to the question (HTTP).")
          .check(check_plain_value)
          .check_keys(check_header_name)
          .field("includeRequestBodyInCheck", &Authorization::include_request_body_in_check,
                 "How much of the body is shown.")
          .field("headersToUpstreamOnAllow", &Authorization::headers_to_upstream_on_allow,
                 "Headers of the answer that go on to the service (HTTP).")
          .check(check_header_pattern)
          .field("headersToDownstreamOnDeny", &Authorization::headers_to_downstream_on_deny,
                 "Headers of the answer that the client gets when denied (HTTP).")
          .check(check_header_pattern)
          .field("headersToDownstreamOnAllow", &Authorization::headers_to_downstream_on_allow,
                 "Headers of the answer that the client gets when allowed (HTTP).")
          .check(check_header_pattern);
  return table;
}

const FieldTable& ProviderHeader::fields() {
  static const FieldTable table = Describe<ProviderHeader>("ProviderHeader", "A header towards a provider.")
                                      .field("name", &ProviderHeader::name, "Its name.")
                                      .required()
                                      .check(check_header_name)
                                      .field("value", &ProviderHeader::value, "Its value.")
                                      .field("envName", &ProviderHeader::env_name, "The variable that has its value.");
  return table;
}

const FieldTable& ProviderHttp::fields() {
  static const FieldTable table = Describe<ProviderHttp>("HttpService", "How a provider is called over HTTP.")
                                      .field("path", &ProviderHttp::path, "The path.")
                                      .required()
                                      .field("timeout", &ProviderHttp::timeout, "How long an answer may take.")
                                      .field("headers", &ProviderHttp::headers, "Headers.");
  return table;
}

const FieldTable& ProviderGrpc::fields() {
  static const FieldTable table = Describe<ProviderGrpc>("GrpcService", "How a provider is called over gRPC.")
                                      .field("timeout", &ProviderGrpc::timeout, "How long an answer may take.")
                                      .field("initialMetadata", &ProviderGrpc::initial_metadata, "Metadata.");
  return table;
}

const FieldTable& ZipkinProvider::fields() {
  using Zipkin = ZipkinProvider;
  static const FieldTable table =
      Describe<Zipkin>("ZipkinTracingProvider", "A collector of traces that speaks Zipkin's protocol.")
          .field("service", &Zipkin::service, "HOST, or NAMESPACE/HOST.")
          .required()
          .check(check_provider_service)
          .field("port", &Zipkin::port, "Its port.")
          .required()
          .between(1, kMostPort)
          .field("maxTagLength", &Zipkin::max_tag_length, "The longest path in a tag.")
          .by_default("256")
          .field("enable64bitTraceId", &Zipkin::enable_64bit_trace_id, "Short trace ids.")
          .field("path", &Zipkin::path, "The path that spans are sent to.")
          .by_default("/api/v2/spans")
          .field("traceContextOption", &Zipkin::trace_context_option, "Which headers carry the trace.")
          .by_default("USE_B3")
          .field("timeout", &Zipkin::timeout, "How long an answer may take.")
          .field("headers", &Zipkin::headers, "Headers.");
  return table;
}

const FieldTable& OpenTelemetryProvider::fields() {
  using OpenTelemetry = OpenTelemetryProvider;
  static const FieldTable table =
      Describe<OpenTelemetry>("OpenTelemetryTracingProvider", "A collector of traces that speaks OTLP.")
          .field("service", &OpenTelemetry::service, "HOST, or NAMESPACE/HOST.")
          .required()
          .check(check_provider_service)
          .field("port", &OpenTelemetry::port, "Its port.")
          .required()
          .between(1, kMostPort)
          .field("maxTagLength", &OpenTelemetry::max_tag_length, "The longest path in a tag.")
          .by_default("256")
          .field("http", &OpenTelemetry::http, "Send over HTTP.")
          .field("grpc", &OpenTelemetry::grpc, "Send over gRPC.")
          .kept({"resourceDetectors", "serviceAttributeEnrichment", "dynatraceSampler"});
  return table;
}

const FieldTable& PrometheusProvider::fields() {
  static const FieldTable table =
      Describe<PrometheusProvider>("PrometheusMetricsProvider", "Metrics that are collected from the proxies.");
  return table;
}

const FieldTable& LogFormat::fields() {
  static const FieldTable table =
      Describe<LogFormat>("LogFormat", "The form of a line.")
          .field("text", &LogFormat::text, "A text with operators: %START_TIME% %RESPONSE_CODE% ...")
          .field("labels", &LogFormat::labels, "Members of a JSON object, each a text with operators.");
  return table;
}

const FieldTable& FileLogProvider::fields() {
  static const FieldTable table =
      Describe<FileLogProvider>("EnvoyFileAccessLogProvider", "An access log in a file.")
          .field("path", &FileLogProvider::path, "The file.")
          .required()
          .field("logFormat", &FileLogProvider::log_format, "The form of a line.")
          .field("omitEmptyValues", &FileLogProvider::omit_empty_values, "Leave empty values out of JSON.");
  return table;
}

const FieldTable& ExtensionProvider::fields() {
  using Provider = ExtensionProvider;
  static const FieldTable table =
      Describe<Provider>("ExtensionProvider", "A service that proxies ask or tell.")
          .field("name", &Provider::name, "The name that policies use.")
          .required()
          .field("envoyExtAuthzHttp", &Provider::envoy_ext_authz_http, "Authorization over HTTP.")
          .field("envoyExtAuthzGrpc", &Provider::envoy_ext_authz_grpc, "Authorization over gRPC.")
          .field("zipkin", &Provider::zipkin, "Traces, in Zipkin's protocol.")
          .later()
          .field("opentelemetry", &Provider::opentelemetry, "Traces, by OTLP.")
          .later()
          .field("prometheus", &Provider::prometheus, "Metrics.")
          .later()
          .field("envoyFileAccessLog", &Provider::envoy_file_access_log, "An access log in a file.")
          .later()
          .unused({"lightstep", "datadog", "stackdriver", "opencensus", "skywalking", "envoyHttpAls", "envoyTcpAls",
                   "envoyOtelAls", "sds"})
          .finish(check_provider);
  return table;
}

}  // namespace weft::api::istio
