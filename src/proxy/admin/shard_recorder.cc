#include "proxy/admin/shard_recorder.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "proxy/admin/direction_name.h"
#include "proxy/policy/external_authorization/external_authorization.h"

namespace weft::proxy {
namespace {

using telemetry::Family;
using telemetry::MetricKind;

// The bounds of Istio's duration histogram, in seconds.
constexpr double kDurationBounds[] = {0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                      2.5,    5,     10,    30,   60,    300,  600, 1800, 3600};

constexpr Family kRequests{MetricKind::counter, "weft_requests_total",
                           "Requests that are over, by cluster, route, response code and response flags"};
constexpr Family kDuration{MetricKind::histogram, "weft_request_duration_seconds",
                           "Time from a request's head to the end of its response", kDurationBounds};
constexpr Family kConnections{MetricKind::counter, "weft_tcp_connections_total",
                              "Relayed TCP connections that are over"};
constexpr Family kReceived{MetricKind::counter, "weft_tcp_received_bytes_total",
                           "Bytes of relayed connections from clients"};
constexpr Family kSent{MetricKind::counter, "weft_tcp_sent_bytes_total", "Bytes of relayed connections to clients"};

// Istio's words.
std::string policy_name(bool is_mutual) {
  return is_mutual ? "mutual_tls" : "none";
}

// Who would be kept out if mutual TLS were a must. Without a sidecar's listeners there is no such question.
bool is_plain_text(const ClientFacts& client) {
  return client.direction == decide::Direction::inbound && client.peer == nullptr;
}

std::string name_of(const decide::Cluster* cluster) {
  return cluster == nullptr ? "-" : cluster->name;
}

// An address as text, without an allocation.
class AddressText {
 public:
  explicit AddressText(const decide::SocketAddress& address) {
    const bool v4 = address.ip.is_v4();
    char* at = text_.data();
    if (!v4) *at++ = '[';
    const void* bytes = v4 ? address.ip.bytes.data() + 12 : address.ip.bytes.data();
    inet_ntop(v4 ? AF_INET : AF_INET6, bytes, at, INET6_ADDRSTRLEN);
    at = std::find(at, text_.data() + text_.size(), '\0');
    if (!v4) *at++ = ']';
    *at++ = ':';
    end_ = std::to_chars(at, text_.data() + text_.size(), address.port).ptr;
  }
  std::string_view view() const { return {text_.data(), end_}; }

 private:
  std::array<char, INET6_ADDRSTRLEN + 10> text_{};
  char* end_;
};

// Lets what went well pass before anything is put together; telemetry::ended_badly() has the last word on requests.
bool may_have_failed(const RequestRecord& record) {
  return record.status < 200 || record.status >= 400 || !record.flags.empty();
}

bool may_have_failed(const TcpRecord& record) {
  return !record.flags.empty() || !record.verdict.is_allowed || (record.consulted && !lets_pass(*record.consulted));
}

// To the client's side such a request looks as if the application had refused it.
bool was_refused_by_peer(const AttemptLog& log) {
  return !log.attempts().empty() && log.attempts().back().trouble == Trouble::refused_by_peer;
}

telemetry::FailureContext context_of(const ClientFacts& client) {
  telemetry::FailureContext context;
  context.direction = direction_name(client.direction);
  if (client.peer != nullptr) context.identity = client.peer->uri;
  return context;
}

void take_refusal(telemetry::FailureContext& context, const decide::AccessVerdict& verdict) {
  if (verdict.is_allowed) return;
  context.denial = verdict.denial;
  if (verdict.matched != nullptr) context.rule = verdict.matched->name;
}

void take_refusal(telemetry::FailureContext& context, const Consulted& consulted) {
  if (lets_pass(consulted)) return;
  context.denial = denial_of(consulted);
  if (consulted.rule != nullptr) context.rule = consulted.rule->name;
}

void take_origin(telemetry::FailureContext& context, const decide::Origin& origin) {
  context.object = origin.object;
  context.file = origin.file;
  context.line = origin.line;
}

// The attempts of an exchange as the failure log takes them.
class Tried {
 public:
  explicit Tried(const AttemptLog& log) : size_(log.attempts().size()) {
    std::ranges::transform(log.attempts(), attempts_.begin(), [](const AttemptRecord& one) {
      return telemetry::AttemptFacts{.endpoint = one.endpoint ? std::string_view(one.endpoint->text) : "",
                                     .trouble = name_of(one.trouble),
                                     .flags = one.flags,
                                     .status = one.status,
                                     .lasted = one.lasted,
                                     .idle = one.idle};
    });
  }
  std::span<const telemetry::AttemptFacts> view() const { return std::span(attempts_).first(size_); }

 private:
  std::array<telemetry::AttemptFacts, telemetry::FailureRecord::kAttemptsMax> attempts_;
  size_t size_;
};

telemetry::FailureContext context_of(const Exchange& exchange, const Tried& tried) {
  const RequestRecord& record = exchange.record;
  telemetry::FailureContext context = context_of(exchange.client);
  context.tried = tried.view();
  context.reason = exchange.attempts.reason;
  context.not_retried = exchange.attempts.not_retried;
  context.attempts = record.attempts;
  if (record.token_denial) context.denial = *record.token_denial;
  if (record.consulted) take_refusal(context, *record.consulted);
  if (record.authorization) take_refusal(context, *record.authorization);
  if (record.cluster != nullptr) take_origin(context, record.cluster->origin);
  if (record.route != nullptr && !record.route->origin.object.empty()) take_origin(context, record.route->origin);
  return context;
}

telemetry::FailureContext context_of(const TcpRecord& record, const ClientFacts& client) {
  telemetry::FailureContext context = context_of(client);
  context.attempts = record.attempts;
  context.reason = record.reason;
  if (record.consulted) take_refusal(context, *record.consulted);
  take_refusal(context, record.verdict);
  if (record.cluster) take_origin(context, record.cluster->origin);
  return context;
}

}  // namespace

ShardRecorder::ShardRecorder(telemetry::ShardMetrics& metrics, telemetry::FailureLog& failures, const Clock& clock,
                             std::optional<int> access_log_fd)
    : metrics_(&metrics), failures_(&failures), clock_(&clock), authorization_(metrics), plain_text_(metrics) {
  if (!access_log_fd) return;
  log_ = std::make_unique<telemetry::AccessLog>(*access_log_fd);
  flush_timer_ = std::make_unique<FlushTimer>(*log_);
}

ShardRecorder::ClusterSeries& ShardRecorder::series_of(const decide::Cluster* cluster) {
  if (cluster == nullptr) return without_cluster_;
  if (cluster->id.value() >= clusters_.size()) clusters_.resize(cluster->id.value() + 1);
  return clusters_[cluster->id.value()];
}

ShardRecorder::RequestSeries& ShardRecorder::request_series(const Exchange& exchange) {
  const RequestRecord& record = exchange.record;
  const std::string_view route = record.route != nullptr ? std::string_view(record.route->name) : std::string_view();
  const decide::Direction direction = exchange.client.direction;
  const bool is_mutual = exchange.client.peer != nullptr;
  auto& known = series_of(record.cluster).requests;
  for (RequestSeries& series : known) {
    if (series.status == record.status && series.flags == record.flags && series.direction == direction &&
        series.is_mutual == is_mutual && series.route == route) {
      return series;
    }
  }
  const std::string cluster = name_of(record.cluster);
  auto& counter = metrics_->counter(kRequests, {{"direction", std::string(direction_name(direction))},
                                                {"cluster", cluster},
                                                {"route", route.empty() ? "-" : std::string(route)},
                                                {"response_code", std::to_string(record.status)},
                                                {"response_flags", to_string(record.flags)},
                                                {"connection_security_policy", policy_name(is_mutual)}});
  auto& duration =
      metrics_->histogram(kDuration, {{"direction", std::string(direction_name(direction))}, {"cluster", cluster}});
  return known.emplace_back(direction, is_mutual, record.status, record.flags, std::string(route), &counter, &duration);
}

ShardRecorder::TcpSeries& ShardRecorder::tcp_series(const TcpRecord& record, const ClientFacts& client) {
  auto& known = series_of(record.cluster.get()).connections;
  const bool is_mutual = client.peer != nullptr;
  for (TcpSeries& series : known) {
    const bool is_same = series.flags == record.flags && series.direction == client.direction;
    if (is_same && series.is_mutual == is_mutual) return series;
  }
  const telemetry::Labels labels = {{"direction", std::string(direction_name(client.direction))},
                                    {"cluster", name_of(record.cluster.get())}};
  telemetry::Labels with_flags = labels;
  with_flags.emplace_back("response_flags", to_string(record.flags));
  with_flags.emplace_back("connection_security_policy", policy_name(is_mutual));
  return known.emplace_back(client.direction, is_mutual, record.flags, &metrics_->counter(kConnections, with_flags),
                            &metrics_->counter(kReceived, labels), &metrics_->counter(kSent, labels));
}

void ShardRecorder::opened(const ClientFacts& client) {
  if (is_plain_text(client))
    plain_text_.note_connection(client.direct_ip(), client.destination.port, clock_->wall_now());
}

void ShardRecorder::write(const Exchange& exchange) {
  const RequestSeries& series = request_series(exchange);
  series.counter->add();
  const Duration lasted = exchange.shard.reactor.now() - exchange.record.started;
  series.duration->observe(std::chrono::duration<double>(lasted).count());
  if (exchange.record.token_denial)
    authorization_.count_tokens(exchange.client.direction, *exchange.record.token_denial);
  if (exchange.record.consulted) authorization_.count(exchange.client.direction, *exchange.record.consulted);
  const ClientFacts& client = exchange.client;
  if (is_plain_text(client)) plain_text_.note_request(client.direct_ip(), client.destination.port, clock_->wall_now());
  if (exchange.record.authorization) authorization_.count(exchange.client.direction, *exchange.record.authorization);
  if (!log_ && !may_have_failed(exchange.record)) return;
  tell_request(exchange);
  if (log_ && !flush_timer_->is_armed()) {
    exchange.shard.reactor.timers().arm(*flush_timer_, exchange.shard.reactor.now() + std::chrono::seconds(1));
  }
}

void ShardRecorder::write(const TcpRecord& record, const ClientFacts& client) {
  const TcpSeries& series = tcp_series(record, client);
  series.connections->add();
  series.received_bytes->add(record.received_bytes);
  series.sent_bytes->add(record.sent_bytes);
  if (record.consulted) authorization_.count(client.direction, *record.consulted);
  if (record.guard) authorization_.count(client.direction, record.verdict);
  if (!log_ && !may_have_failed(record)) return;
  tell_connection(record, client);
  if (log_) log_->flush();
}

void ShardRecorder::tell_request(const Exchange& exchange) {
  const RequestRecord& record = exchange.record;
  const http::Headers& headers = exchange.request.headers;
  const Duration lasted = exchange.shard.reactor.now() - record.started;
  const AddressText local(exchange.client.destination);
  const AddressText client(exchange.origin);
  telemetry::AccessRecord line;
  line.start = clock_->wall_now() - lasted;
  line.method = exchange.request.method;
  line.path = exchange.original_path.empty() ? exchange.request.path : exchange.original_path;
  line.protocol = to_string(exchange.request.version);
  line.status = record.status;
  line.flags = record.flags;
  line.details = record.details;
  line.bytes_received = record.received_bytes;
  line.bytes_sent = record.sent_bytes;
  line.duration = lasted;
  line.service_time = exchange.response.headers.get(http::HeaderId::x_envoy_upstream_service_time).value_or("");
  line.forwarded_for = headers.get(http::HeaderId::x_forwarded_for).value_or("");
  line.user_agent = headers.get(http::HeaderId::user_agent).value_or("");
  line.request_id = headers.get(http::HeaderId::x_request_id).value_or("");
  line.authority = exchange.request.authority;
  if (record.endpoint) line.endpoint = record.endpoint->text;
  if (record.cluster != nullptr) line.cluster = record.cluster->name;
  line.local_address = local.view();
  line.client_address = client.view();
  line.server_name = exchange.client.server_name;
  if (record.route != nullptr) line.route = record.route->name;
  line.transport_failure = exchange.attempts.transport_failure;
  if (log_) log_->write(line);
  const bool is_failure = ended_badly(line) || was_refused_by_peer(exchange.attempts);
  if (is_failure) failures_->write(line, context_of(exchange, Tried(exchange.attempts)));
}

void ShardRecorder::tell_connection(const TcpRecord& record, const ClientFacts& facts) {
  const AddressText local(facts.destination);
  const AddressText client(facts.address);
  const AddressText endpoint_local(record.endpoint_local);
  telemetry::AccessRecord line;
  line.duration = clock_->now() - record.started;
  line.start = clock_->wall_now() - line.duration;
  line.flags = record.flags;
  const bool is_refused_externally = record.consulted && !lets_pass(*record.consulted);
  line.termination_details = is_refused_externally ? denial_of(*record.consulted) : record.verdict.denial;
  line.bytes_received = record.received_bytes;
  line.bytes_sent = record.sent_bytes;
  if (record.endpoint) line.endpoint = record.endpoint->text;
  if (record.cluster != nullptr) line.cluster = record.cluster->name;
  line.local_address = local.view();
  line.client_address = client.view();
  line.server_name = facts.server_name;
  if (record.endpoint_local.port != 0) line.endpoint_local_address = endpoint_local.view();
  line.transport_failure = record.transport_failure;
  if (log_) log_->write(line);
  if (!may_have_failed(record)) return;
  auto context = context_of(record, facts);
  const telemetry::AttemptFacts last{
      .endpoint = line.endpoint, .trouble = name_of(record.trouble), .flags = line.flags, .lasted = line.duration};
  if (record.attempts > 0) context.tried = {&last, 1};
  failures_->write(line, context);
}

}  // namespace weft::proxy
