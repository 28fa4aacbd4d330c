// MeshConfig.extensionProviders: services that proxies ask or tell: authorization, traces, metrics, access logs. Plain
// values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"

namespace weft::api {
class FieldTable;
}

namespace weft::api::istio {

// How much of a request's body is shown to an authorization service.
struct CheckedBody {
  uint32_t max_request_bytes = 0;
  bool allow_partial_message = false;
  bool pack_as_bytes = false;

  static const FieldTable& fields();
};

// An authorization service. The members about headers and paths are for HTTP only.
struct ExternalAuthorization {
  std::string service;
  uint32_t port = 0;
  std::optional<Duration> timeout;
  std::string path_prefix;
  bool fail_open = false;
  bool clear_route_cache = false;
  std::string status_on_error;
  std::vector<std::string> include_headers_in_check;  // deprecated: include_request_headers_in_check
  std::vector<std::string> include_request_headers_in_check;
  std::map<std::string, std::string, std::less<>> include_additional_headers_in_check;
  std::optional<CheckedBody> include_request_body_in_check;
  std::vector<std::string> headers_to_upstream_on_allow;
  std::vector<std::string> headers_to_downstream_on_deny;
  std::vector<std::string> headers_to_downstream_on_allow;

  static const FieldTable& fields();
};

// A header towards a provider; the value as it is, or from the proxy's environment.
struct ProviderHeader {
  std::string name;
  std::string value;
  std::string env_name;

  static const FieldTable& fields();
};

// How a provider is called over HTTP.
struct ProviderHttp {
  std::string path;
  std::optional<Duration> timeout;
  std::vector<ProviderHeader> headers;

  static const FieldTable& fields();
};
// How one is called over gRPC; `initial_metadata` is what HTTP calls headers.
struct ProviderGrpc {
  std::optional<Duration> timeout;
  std::vector<ProviderHeader> initial_metadata;

  static const FieldTable& fields();
};

enum class TraceContext : uint8_t { b3, b3_and_w3c };

// A collector of traces that speaks Zipkin's protocol.
struct ZipkinProvider {
  std::string service;
  uint32_t port = 0;
  uint32_t max_tag_length = 0;
  bool enable_64bit_trace_id = false;
  std::string path;
  TraceContext trace_context_option = TraceContext::b3;
  std::optional<Duration> timeout;
  std::vector<ProviderHeader> headers;

  static const FieldTable& fields();
};

// A collector of traces that speaks OTLP.
struct OpenTelemetryProvider {
  std::string service;
  uint32_t port = 0;
  uint32_t max_tag_length = 0;
  std::optional<ProviderHttp> http;
  std::optional<ProviderGrpc> grpc;

  static const FieldTable& fields();
};

// Metrics that are collected from the proxies.
struct PrometheusProvider {
  static const FieldTable& fields();
};

// The form of a line: a text with operators, or JSON labels.
struct LogFormat {
  std::string text;
  std::map<std::string, std::string, std::less<>> labels;

  static const FieldTable& fields();
};

// An access log in a file.
struct FileLogProvider {
  std::string path;
  std::optional<LogFormat> log_format;
  bool omit_empty_values = false;

  static const FieldTable& fields();
};

// One provider; exactly one of the members besides the name is set.
struct ExtensionProvider {
  std::string name;
  std::optional<ExternalAuthorization> envoy_ext_authz_http;
  std::optional<ExternalAuthorization> envoy_ext_authz_grpc;
  std::optional<ZipkinProvider> zipkin;
  std::optional<OpenTelemetryProvider> opentelemetry;
  std::optional<PrometheusProvider> prometheus;
  std::optional<FileLogProvider> envoy_file_access_log;

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
