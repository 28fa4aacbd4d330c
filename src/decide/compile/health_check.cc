#include "decide/compile/health_check.h"

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace core = envoy::config::core::v3;
using Fields = std::vector<std::pair<std::string, std::string>>;

// Statuses that a range may hold; as in Envoy.
constexpr int64_t kStatusMin = 100;
constexpr int64_t kStatusEnd = 600;
// What applications know the checker by.
constexpr const char* kUserAgent = "Envoy/HC";

using WireRanges = google::protobuf::RepeatedPtrField<envoy::type::v3::Int64Range>;

Result<> append_ranges(const WireRanges& wire, std::vector<StatusRange>& ranges) {
  for (const auto& range : wire) {
    if (range.start() < kStatusMin || range.end() > kStatusEnd || range.start() >= range.end())
      return fail(Reason::invalid, "a range of statuses must be non-empty and within [100, 600)");
    ranges.push_back({static_cast<uint16_t>(range.start()), static_cast<uint16_t>(range.end())});
  }
  return {};
}

int value_of_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// HealthCheck.Payload: `text` is hexadecimal.
Result<std::string> to_bytes(const core::HealthCheck::Payload& wire) {
  if (wire.has_binary()) return wire.binary();
  std::string bytes;
  const std::string& text = wire.text();
  for (size_t at = 0; at + 1 < text.size(); at += 2) {
    const int high = value_of_digit(text[at]), low = value_of_digit(text[at + 1]);
    if (high < 0 || low < 0) break;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  if (text.empty() || bytes.size() * 2 != text.size())
    return fail(Reason::invalid, "the payload '" + text + "' is not hexadecimal");
  return bytes;
}

// Edits of a request that we make ourselves: there is nobody whose values operators could stand for.
Result<> append_fields(const HeaderOptions& add, const HeaderNames& remove, Fields& fields, std::string* host) {
  HeaderEdits edits;
  WEFT_CHECK(append_edits(add, remove, edits));
  for (const HeaderEdit& edit : edits) {
    const bool is_removal = edit.kind == HeaderEdit::Kind::remove;
    if (!is_removal && !edit.value.is_literal())
      return fail(Reason::unsupported, "an operator in header '" + edit.name + "' of a health check");
    if (!is_removal && edit.name == "host" && host != nullptr) {
      *host = edit.value.literal();
      continue;
    }
    const auto has_name = [&](const auto& field) { return field.first == edit.name; };
    const bool is_present = std::ranges::any_of(fields, has_name);
    if (edit.kind == HeaderEdit::Kind::add_if_absent && is_present) continue;
    if (edit.kind == HeaderEdit::Kind::set_if_present && !is_present) continue;
    if (edit.kind != HeaderEdit::Kind::append) std::erase_if(fields, has_name);
    if (!is_removal) fields.emplace_back(edit.name, edit.value.literal());
  }
  return {};
}

Result<HttpCheck> to_http(const core::HealthCheck::HttpHealthCheck& wire) {
  if (!wire.path().starts_with('/')) return fail(Reason::invalid, "the path of a health check must start with '/'");
  if (wire.has_send() || wire.receive_size() > 0)
    return fail(Reason::unsupported, "bodies of HTTP health checks are not supported");
  if (wire.codec_client_type() == envoy::type::v3::HTTP3)
    return fail(Reason::unsupported, "health checks by HTTP/3 are not supported");
  HttpCheck check{.host = wire.host(), .path = wire.path(), .headers = {{"user-agent", kUserAgent}}};
  if (wire.method() == core::CONNECT) return fail(Reason::invalid, "CONNECT is no method of a health check");
  if (wire.method() != core::METHOD_UNSPECIFIED) check.method = core::RequestMethod_Name(wire.method());
  check.uses_http2 = wire.codec_client_type() == envoy::type::v3::HTTP2;
  WEFT_CHECK(
      append_fields(wire.request_headers_to_add(), wire.request_headers_to_remove(), check.headers, &check.host));
  if (wire.expected_statuses_size() > 0) check.expected.clear();
  WEFT_CHECK(append_ranges(wire.expected_statuses(), check.expected));
  WEFT_CHECK(append_ranges(wire.retriable_statuses(), check.retriable));
  if (wire.has_service_name_matcher()) {
    WEFT_TRY(check.service_name, to_text_match(wire.service_name_matcher()));
  }
  return check;
}

Result<GrpcCheck> to_grpc(const core::HealthCheck::GrpcHealthCheck& wire) {
  GrpcCheck check{.service = wire.service_name(), .authority = wire.authority(), .metadata = {}};
  WEFT_CHECK(append_fields(wire.initial_metadata(), {}, check.metadata, nullptr));
  return check;
}

Result<TcpCheck> to_tcp(const core::HealthCheck::TcpHealthCheck& wire) {
  if (wire.has_proxy_protocol_config())
    return fail(Reason::unsupported, "the PROXY protocol before a health check is not supported");
  TcpCheck check;
  if (wire.has_send()) {
    WEFT_TRY(check.send, to_bytes(wire.send()));
  }
  for (const auto& payload : wire.receive()) {
    WEFT_TRY(auto bytes, to_bytes(payload));
    check.receive.push_back(std::move(bytes));
  }
  return check;
}

Result<> fill_how(const core::HealthCheck& wire, HealthCheck& check) {
  switch (wire.health_checker_case()) {
    case core::HealthCheck::kHttpHealthCheck: {
      WEFT_TRY(check.how, to_http(wire.http_health_check()));
      return {};
    }
    case core::HealthCheck::kGrpcHealthCheck: {
      WEFT_TRY(check.how, to_grpc(wire.grpc_health_check()));
      return {};
    }
    case core::HealthCheck::kTcpHealthCheck: {
      WEFT_TRY(check.how, to_tcp(wire.tcp_health_check()));
      return {};
    }
    default:
      return fail(Reason::unsupported, "a health check of a kind that is not known");
  }
}

// Each interval falls back to a plainer one; the order of the lines is that of the falls.
void fill_intervals(const core::HealthCheck& wire, HealthCheck& check) {
  const auto either = [](bool is_set, const google::protobuf::Duration& wanted, Duration otherwise) {
    return is_set ? to_duration(wanted) : otherwise;
  };
  check.timeout = to_duration(wire.timeout());
  check.interval = to_duration(wire.interval());
  check.unhealthy_interval = either(wire.has_unhealthy_interval(), wire.unhealthy_interval(), check.interval);
  check.unhealthy_edge_interval =
      either(wire.has_unhealthy_edge_interval(), wire.unhealthy_edge_interval(), check.unhealthy_interval);
  check.healthy_edge_interval = either(wire.has_healthy_edge_interval(), wire.healthy_edge_interval(), check.interval);
  check.no_traffic_interval =
      either(wire.has_no_traffic_interval(), wire.no_traffic_interval(), check.no_traffic_interval);
  check.no_traffic_healthy_interval =
      either(wire.has_no_traffic_healthy_interval(), wire.no_traffic_healthy_interval(), check.no_traffic_interval);
  check.initial_jitter = to_duration(wire.initial_jitter());
  check.interval_jitter = to_duration(wire.interval_jitter());
  check.interval_jitter_percent = wire.interval_jitter_percent();
}

}  // namespace

Result<HealthCheckPtr> compile_health_check(const core::HealthCheck& wire) {
  auto check = std::make_shared<HealthCheck>();
  fill_intervals(wire, *check);
  if (check->timeout <= Duration::zero() || check->interval <= Duration::zero())
    return fail(Reason::invalid, "a health check needs a timeout and an interval");
  if (!wire.has_unhealthy_threshold() || !wire.has_healthy_threshold())
    return fail(Reason::invalid, "a health check needs both thresholds");
  if (wire.has_alt_port()) return fail(Reason::unsupported, "alt_port of a health check is not supported");
  WEFT_CHECK(fill_how(wire, *check));
  check->unhealthy_threshold = wire.unhealthy_threshold().value();
  check->healthy_threshold = wire.healthy_threshold().value();
  check->reuses_connection = !wire.has_reuse_connection() || wire.reuse_connection().value();
  check->logs_failures = wire.always_log_health_check_failures();
  check->logs_successes = wire.always_log_health_check_success();
  return check;
}

Result<std::shared_ptr<const CheckTarget>> compile_check_target(const EndpointHealthCheck& wire) {
  auto target = std::make_shared<CheckTarget>();
  target->host = wire.hostname();
  target->is_exempt = wire.disable_active_health_check();
  if (wire.has_address()) {
    WEFT_TRY(const SocketAddress address, to_address(wire.address()));
    target->ip = address.ip;
    if (address.port != 0) target->port = address.port;
  }
  if (wire.port_value() > 65535)
    return fail(Reason::invalid, "port " + std::to_string(wire.port_value()) + " is over 65535");
  if (wire.port_value() != 0) target->port = static_cast<uint16_t>(wire.port_value());
  return target;
}

}  // namespace weft::decide
