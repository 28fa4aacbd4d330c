#include "proxy/admin/proxy_inspection.h"

#include <csignal>

#include <unistd.h>

#include "proxy/config/config_dump.h"
#include "proxy/secrets/secrets_dump.h"
#include "xds/wire/type_urls.h"

namespace weft::proxy {
namespace {

using telemetry::Family;
using telemetry::MetricKind;

// Not every control plane has a name table: after the rest is in force, it is waited for so long and no longer.
constexpr Duration kNamesWait = std::chrono::seconds(2);

constexpr Family kClientConnections{MetricKind::gauge, "weft_client_connections",
                                    "Connections of clients that are open"};
constexpr Family kAccepted{MetricKind::counter, "weft_client_connections_total", "Connections accepted from clients"};
constexpr Family kClientsMax{MetricKind::gauge, "weft_client_connections_max",
                             "Connections of clients at which no more are accepted"};
constexpr Family kHandedOver{MetricKind::counter, "weft_client_connections_handed_over_total",
                             "Connections accepted by one shard and served by another that had fewer"};
constexpr Family kPauses{MetricKind::counter, "weft_accept_pauses_total",
                         "Moments in which nothing was accepted for want of descriptors or memory"};
constexpr Family kOverloads{MetricKind::counter, "weft_accept_overloads_total",
                            "Times that more clients came than could be served, and their queue was made short"};
constexpr Family kGone{MetricKind::counter, "weft_client_connections_gone_total",
                       "Connections of clients who had left before it was their turn, while there were too many"};
constexpr Family kCut{MetricKind::counter, "weft_client_connections_cut_total",
                      "Connections of slow readers that were cut for want of memory"};
constexpr Family kRefusals{MetricKind::counter, "weft_memory_refusals_total",
                           "How often a request, or more of an unfinished one, found no room"};
constexpr Family kMemory{MetricKind::gauge, "weft_memory_bytes", "Memory in use, as it is compared with the limit"};
constexpr Family kMemoryLimit{MetricKind::gauge, "weft_memory_limit_bytes", "The memory there may be"};
constexpr Family kMemoryPressure{MetricKind::gauge, "envoy_overload_envoy_resource_monitors_fixed_heap_pressure",
                                 "Memory in use, in percent of the limit"};
constexpr Family kShrinks{MetricKind::gauge, "envoy_overload_envoy_overload_actions_shrink_heap_active",
                          "1 while spare memory is given back for want of more"};
constexpr Family kSheds{MetricKind::gauge, "envoy_overload_envoy_overload_actions_stop_accepting_requests_active",
                        "1 while requests are refused for want of memory"};
constexpr Family kCloses{MetricKind::gauge, "envoy_overload_envoy_overload_actions_stop_accepting_connections_active",
                         "1 while no connection is accepted for want of memory"};
constexpr Family kOpened{MetricKind::counter, "weft_endpoint_connections_opened_total",
                         "Connections opened to endpoints"};
constexpr Family kReused{MetricKind::counter, "weft_endpoint_connections_reused_total",
                         "Requests that went out over a connection that was there"};
constexpr Family kHandshakes{MetricKind::counter, "weft_tls_handshakes_total",
                             "TLS handshakes with clients (side server) and endpoints (side client), by outcome"};
constexpr Family kEnded{
    MetricKind::counter, "weft_tls_connections_ended_total",
    "Connections with clients (side server) and endpoints (side client) that were ended because the "
    "peer's certificate was revoked, or ours had expired"};
constexpr Family kRenewals{MetricKind::counter, "weft_certificate_renewals_total",
                           "Certificates received for the proxy's own key"};
constexpr Family kUnusable{MetricKind::gauge, "weft_tls_settings_unusable",
                           "TLS settings whose files cannot be used as they are: what was in force before serves on"};
constexpr Family kExpires{MetricKind::gauge, "weft_certificate_expires_timestamp_seconds",
                          "When the proxy's own certificate ends"};
constexpr Family kActive{MetricKind::gauge, "weft_cluster_active_requests", "Requests that are under way, by cluster"};
constexpr Family kPending{MetricKind::gauge, "weft_cluster_pending_requests",
                          "Requests that wait for a connection, by cluster"};
constexpr Family kClusterConnections{MetricKind::gauge, "weft_cluster_connections",
                                     "Connections that are open, by cluster"};
constexpr Family kEjected{MetricKind::gauge, "envoy_cluster_outlier_detection_ejections_active",
                          "Endpoints that are ejected, by cluster"};
constexpr Family kEjections{MetricKind::counter, "envoy_cluster_outlier_detection_ejections_enforced_total",
                            "Ejections of endpoints, by cluster"};
constexpr Family kEjections5xx{MetricKind::counter,
                               "envoy_cluster_outlier_detection_ejections_enforced_consecutive_5xx",
                               "Ejections for 5xx in a row, by cluster"};
constexpr Family kEjectionsGateway{MetricKind::counter,
                                   "envoy_cluster_outlier_detection_ejections_enforced_consecutive_gateway_failure",
                                   "Ejections for 502, 503 and 504 in a row, by cluster"};
constexpr Family kEjectionsLocal{MetricKind::counter,
                                 "envoy_cluster_outlier_detection_ejections_enforced_consecutive_local_origin_failure",
                                 "Ejections for failures to connect in a row, by cluster"};
constexpr Family kEjectionOverflow{MetricKind::counter, "envoy_cluster_outlier_detection_ejections_overflow",
                                   "Ejections that did not happen because enough endpoints are ejected, by cluster"};
constexpr Family kChecked{MetricKind::counter, "envoy_cluster_health_check_attempt", "Health checks, by cluster"};
constexpr Family kCheckedGood{MetricKind::counter, "envoy_cluster_health_check_success",
                              "Health checks that were passed, by cluster"};
constexpr Family kCheckedBad{MetricKind::counter, "envoy_cluster_health_check_failure",
                             "Health checks that were not passed, by cluster"};
constexpr Family kCheckedSilent{MetricKind::counter, "envoy_cluster_health_check_network_failure",
                                "Health checks that were not answered, by cluster"};
constexpr Family kPassing{MetricKind::gauge, "envoy_cluster_health_check_healthy",
                          "Endpoints that pass their health checks, by cluster"};
constexpr Family kConnected{MetricKind::gauge, "weft_xds_connected", "1 while the control plane answers"};
constexpr Family kResources{MetricKind::gauge, "weft_xds_resources", "Resources held, by type"};
constexpr Family kUpdates{MetricKind::counter, "weft_xds_updates_total", "Configuration updates, by type and verdict"};
constexpr Family kEpoch{MetricKind::gauge, "weft_restart_epoch", "How many processes this one follows by hot restart"};
constexpr Family kPredecessor{MetricKind::gauge, "weft_draining_predecessor",
                              "1 while the process that this one has taken over from finishes its connections"};
constexpr Family kQueries{MetricKind::counter, "weft_dns_queries_total", "DNS queries, by what became of them"};

// Counts that are kept elsewhere: the counter catches up.
void catch_up(telemetry::Counter& counter, uint64_t value) {
  if (value > counter.value()) counter.add(value - counter.value());
}

}  // namespace

ProxyState ProxyInspection::state() const {
  if (parts_.data_plane->is_draining()) return ProxyState::draining;
  const bool is_configured = has_been_live_ || (parts_.configuration->is_ready() && !awaits_secrets());
  if (!is_configured || awaits_names()) return ProxyState::initializing;
  has_been_live_ = true;  // what is missing later leaves what serves as it is
  return ProxyState::live;
}

bool ProxyInspection::awaits_names() const {
  if (configured_at_ == Time{}) configured_at_ = reactor_->now();
  if (parts_.names == nullptr || parts_.control_plane == nullptr || parts_.names->has_names()) return false;
  return reactor_->now() - configured_at_ < kNamesWait;
}

std::string ProxyInspection::waiting_for() const {
  if (parts_.control_plane != nullptr) {
    const xds::AdsStatus status = parts_.control_plane->status();
    if (!status.is_connected)
      return "the control plane" + (status.last_error.empty() ? "" : " (" + status.last_error + ")");
  }
  if (!parts_.configuration->is_ready()) return "the first whole configuration";
  return awaits_secrets() ? "certificates" : "the mesh's names";
}

std::string ProxyInspection::config_dump() const {
  return proxy::config_dump(parts_.configuration->resources(),
                            parts_.secrets == nullptr ? "" : secrets_dump(*parts_.secrets));
}

std::vector<ListenerStatus> ProxyInspection::listeners() const {
  std::vector<ListenerStatus> open;
  for (const auto& [name, entry] : parts_.configuration->resources().listeners().entries()) {
    if (entry.active && entry.active.compiled->binds)
      open.push_back({name, entry.active.compiled->address.to_string()});
  }
  return open;
}

runtime::Task<std::vector<ShardStatus::Cluster>> ProxyInspection::clusters() {
  ShardStatus status = co_await parts_.data_plane->status();
  co_return std::move(status.clusters);
}

runtime::Task<std::vector<const telemetry::ShardMetrics*>> ProxyInspection::metrics() {
  take_status(co_await parts_.data_plane->status());
  for (const OutlierStatus& outliers : parts_.data_plane->outliers()) take_outliers(outliers);
  for (const CheckStatus& checks : parts_.data_plane->checks()) take_checks(checks);
  if (parts_.control_plane != nullptr) take_control_plane();
  if (parts_.names != nullptr) take_names();
  if (parts_.identity != nullptr) take_identity();
  if (parts_.tls_contexts != nullptr) own_.gauge(kUnusable).set(static_cast<int64_t>(parts_.tls_contexts->unusable()));
  take_restarts();
  auto all = parts_.shards;
  all.push_back(&own_);
  co_return all;
}

runtime::Task<std::vector<telemetry::FailureRecord>> ProxyInspection::failures() {
  std::vector<std::vector<telemetry::FailureRecord>> copies(parts_.failures.size());
  co_await parts_.data_plane->on_every_shard(
      [&](uint32_t shard) { copies[shard] = parts_.failures[shard]->records(); });
  std::vector<telemetry::FailureRecord> all;
  for (const auto& copy : copies) all.insert(all.end(), copy.begin(), copy.end());
  co_return all;
}

void ProxyInspection::take_status(const ShardStatus& status) {
  own_.gauge(kClientConnections).set(static_cast<int64_t>(status.client_connections));
  own_.gauge(kClientsMax).set(parts_.data_plane->clients_max());
  catch_up(own_.counter(kAccepted), status.clients_accepted);
  catch_up(own_.counter(kHandedOver), status.clients_handed_over);
  catch_up(own_.counter(kPauses), status.accept_pauses);
  catch_up(own_.counter(kOverloads), status.accept_overloads);
  catch_up(own_.counter(kGone), status.clients_gone);
  if (parts_.data_plane->memory().limit() > 0) take_memory(status.clients_cut);
  catch_up(own_.counter(kOpened), status.endpoint_connections_opened);
  catch_up(own_.counter(kReused), status.endpoint_connections_reused);
  take_handshakes("server", status.client_handshakes);
  take_handshakes("client", status.endpoint_handshakes);
  take_ended("server", status.clients_ended);
  take_ended("client", status.endpoints_ended);
  for (const ShardStatus::Cluster& cluster : status.clusters) {
    const telemetry::Labels labels = {{"cluster", cluster.name}};
    own_.gauge(kActive, labels).set(cluster.in_use.requests);
    own_.gauge(kPending, labels).set(cluster.in_use.pending);
    own_.gauge(kClusterConnections, labels).set(cluster.in_use.connections);
  }
}

void ProxyInspection::take_handshakes(std::string_view side, const HandshakeCounts& counts) {
  const auto take = [&](std::string_view outcome, std::string_view reason, uint64_t count) {
    if (count == 0) return;
    catch_up(
        own_.counter(kHandshakes,
                     {{"side", std::string(side)}, {"outcome", std::string(outcome)}, {"reason", std::string(reason)}}),
        count);
  };
  take("full", "", counts.full);
  take("resumed", "", counts.resumed);
  take("failed", "", counts.failed);
  for (size_t at = 0; at < counts.refused.size(); ++at)
    take("refused", tls::name_of(static_cast<tls::ChainFault>(at)), counts.refused[at]);
}

void ProxyInspection::take_ended(std::string_view side, const EndedConnections& counts) {
  const auto take = [&](std::string_view reason, uint64_t count) {
    const telemetry::Labels labels = {{"side", std::string(side)}, {"reason", std::string(reason)}};
    if (count > 0) catch_up(own_.counter(kEnded, labels), count);
  };
  take("revoked", counts.revoked);
  take("expired", counts.expired);
}

void ProxyInspection::take_identity() {
  const IdentityStatus& status = parts_.identity->status();
  catch_up(own_.counter(kRenewals), status.renewals);
  const auto expires = std::chrono::duration_cast<std::chrono::seconds>(status.expires.time_since_epoch());
  own_.gauge(kExpires).set(expires.count());
}

void ProxyInspection::take_memory(uint64_t clients_cut) {
  const MemoryBudget& memory = parts_.data_plane->memory();
  const Pressure pressure = parts_.data_plane->pressure();
  const uint64_t used = memory.in_use();
  own_.gauge(kMemory).set(static_cast<int64_t>(used));
  own_.gauge(kMemoryLimit).set(static_cast<int64_t>(memory.limit()));
  own_.gauge(kMemoryPressure).set(static_cast<int64_t>(used * 100 / memory.limit()));
  own_.gauge(kShrinks).set(pressure >= Pressure::shrinking ? 1 : 0);
  own_.gauge(kSheds).set(pressure >= Pressure::shedding ? 1 : 0);
  own_.gauge(kCloses).set(pressure >= Pressure::closed ? 1 : 0);
  catch_up(own_.counter(kCut), clients_cut);
  catch_up(own_.counter(kRefusals), parts_.data_plane->memory_refusals());
}

// Envoy's names, as dashboards know them.
void ProxyInspection::take_outliers(const OutlierStatus& outliers) {
  const telemetry::Labels labels = {{"cluster_name", outliers.cluster}};
  const OutlierCounts& counts = outliers.counts;
  own_.gauge(kEjected, labels).set(outliers.ejected);
  catch_up(own_.counter(kEjections, labels), counts.ejections);
  catch_up(own_.counter(kEjections5xx, labels), counts.by_5xx);
  catch_up(own_.counter(kEjectionsGateway, labels), counts.by_gateway_errors);
  catch_up(own_.counter(kEjectionsLocal, labels), counts.by_local_errors);
  catch_up(own_.counter(kEjectionOverflow, labels), counts.overflow);
}

void ProxyInspection::take_checks(const CheckStatus& checks) {
  const telemetry::Labels labels = {{"cluster_name", checks.cluster}};
  own_.gauge(kPassing, labels).set(checks.passing);
  catch_up(own_.counter(kChecked, labels), checks.counts.attempts);
  catch_up(own_.counter(kCheckedGood, labels), checks.counts.successes);
  catch_up(own_.counter(kCheckedBad, labels), checks.counts.failures);
  catch_up(own_.counter(kCheckedSilent, labels), checks.counts.network_failures);
}

void ProxyInspection::take_control_plane() {
  const xds::AdsStatus status = parts_.control_plane->status();
  own_.gauge(kConnected).set(status.is_connected ? 1 : 0);
  for (const xds::TypeStatus& type : status.types) {
    const std::string name(xds::short_type_name(type.type_url));
    own_.gauge(kResources, {{"type", name}}).set(static_cast<int64_t>(type.resources));
    catch_up(own_.counter(kUpdates, {{"type", name}, {"verdict", "accepted"}}), type.updates_accepted);
    catch_up(own_.counter(kUpdates, {{"type", name}, {"verdict", "rejected"}}), type.updates_rejected);
  }
}

void ProxyInspection::take_names() {
  const DnsCounts& counts = parts_.names->counts();
  catch_up(own_.counter(kQueries, {{"outcome", "answered"}}), counts.answered_here);
  catch_up(own_.counter(kQueries, {{"outcome", "forwarded"}}), counts.forwarded);
  catch_up(own_.counter(kQueries, {{"outcome", "failed"}}), counts.failed);
}

void ProxyInspection::take_restarts() {
  const restart::Predecessor* const predecessor = parts_.predecessor;
  own_.gauge(kEpoch).set(predecessor == nullptr ? 0 : predecessor->epoch() + 1);
  own_.gauge(kPredecessor).set(predecessor != nullptr && !predecessor->has_ended() ? 1 : 0);
}

void ProxyInspection::quit() {
  kill(getpid(), SIGTERM);
}

}  // namespace weft::proxy
