#include "api/istio/destination_rule_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/field_table.h"
#include "api/istio/virtual_service_checks.h"

namespace weft::api::istio {
namespace {

// The modern field keeps what it has.
template <class T, class Old>
void fill(std::optional<T>& modern, const std::optional<Old>& old) {
  if (!modern && old) modern = static_cast<T>(*old);
}
void fill(int32_t& modern, const std::optional<int32_t>& old) {
  if (modern == 0 && old) modern = *old;
}

template <class T>
T& made(std::optional<T>& block) {
  return block ? *block : block.emplace();
}

// 0.8 nested everything below outlierDetection.http and counted 5xx answers as consecutiveErrors.
void fill_outliers(OutlierDetection& outlier, const OutlierDetection& nested) {
  fill(outlier.consecutive_5xx_errors, nested.consecutive_5xx_errors);
  fill(outlier.consecutive_5xx_errors, nested.consecutive_errors);  // what 0.8 counted were 5xx answers
  fill(outlier.consecutive_gateway_errors, nested.consecutive_gateway_errors);
  fill(outlier.interval, nested.interval);
  fill(outlier.base_ejection_time, nested.base_ejection_time);
  fill(outlier.max_ejection_percent, nested.max_ejection_percent);
  fill(outlier.min_health_percent, nested.min_health_percent);
}

// v1alpha2 mixed pools and ejection in one block; each goes where it belongs today.
void fill_from_simple(TrafficPolicy& policy, const LegacySimpleCircuitBreaker& breaker) {
  if (breaker.max_connections) fill(made(made(policy.connection_pool).tcp).max_connections, breaker.max_connections);
  const bool pools = breaker.http_max_pending_requests || breaker.http_max_requests ||
                     breaker.http_max_requests_per_connection || breaker.http_max_retries;
  if (pools) {
    HttpPool& modern = made(made(policy.connection_pool).http);
    fill(modern.http1_max_pending_requests, breaker.http_max_pending_requests);
    fill(modern.http2_max_requests, breaker.http_max_requests);
    fill(modern.max_requests_per_connection, breaker.http_max_requests_per_connection);
    fill(modern.max_retries, breaker.http_max_retries);
  }
  OutlierDetection& outlier = made(policy.outlier_detection);
  fill(outlier.consecutive_5xx_errors, breaker.http_consecutive_errors);
  fill(outlier.base_ejection_time, breaker.sleep_window);
  fill(outlier.interval, breaker.http_detection_interval);
  fill(outlier.max_ejection_percent, breaker.http_max_ejection_percent);
}

// circuitBreaker was never part of v1alpha3 and later, yet old descriptions carry it: read as what it was meant to be.
void fill_from_circuit_breaker(const Place& place, TrafficPolicy& policy) {
  const auto breaker = read_value<LegacyCircuitBreaker>(place);
  OutlierDetection& outlier = made(policy.outlier_detection);
  fill(outlier.consecutive_5xx_errors, breaker.consecutive_errors);
  fill(outlier.interval, breaker.interval);
  fill(outlier.base_ejection_time, breaker.base_ejection_time);
  fill(outlier.max_ejection_percent, breaker.max_ejection_percent);
  if (breaker.simple_cb) fill_from_simple(policy, *breaker.simple_cb);
}

// With credentialName everything comes from a Secret; MUTUAL needs a certificate and its key.
void check_tls_files(const Place& place, const ClientTls& tls) {
  const bool files = !tls.client_certificate.empty() || !tls.private_key.empty() || !tls.ca_certificates.empty();
  if (!tls.credential_name.empty()) {
    if (files) place.at("credentialName").error(Code::conflicting_fields, "credentialName excludes files");
    if (!tls.ca_crl.empty()) {
      place.at("caCrl").error(Code::conflicting_fields, "credentialName excludes caCrl: the Secret carries the list");
    }
    return;
  }
  if (tls.mode != TlsMode::mutual) return;
  if (tls.client_certificate.empty()) place.error(Code::required, "mode MUTUAL needs clientCertificate");
  if (tls.private_key.empty()) place.error(Code::required, "mode MUTUAL needs privateKey");
}

// Routes name subsets: of two with one name, which is meant?
void check_subsets(const Place& place, const DestinationRule& rule) {
  const Place list = place.at("subsets");
  for (size_t i = 0; i < rule.subsets.size(); ++i) {
    const auto earlier = rule.subsets.begin() + static_cast<ptrdiff_t>(i);
    const auto same = std::find_if(rule.subsets.begin(), earlier,
                                   [&](const Subset& subset) { return subset.name == rule.subsets[i].name; });
    if (same == earlier || rule.subsets[i].name.empty()) continue;
    const Place subset = list.at(i);
    subset.at("name").error(Code::bad_value, fmt::format("the subset \"{}\" stands twice", rule.subsets[i].name));
  }
}

bool is_empty(const TrafficPolicy& policy) {
  return !policy.load_balancer && !policy.connection_pool && !policy.outlier_detection && !policy.tls &&
         policy.port_level_settings.empty() && !policy.tunnel && !policy.proxy_protocol && !policy.retry_budget;
}

}  // namespace

Complaint check_selector_value(std::string_view text) {
  if (text.find('*') != std::string_view::npos) return "may not contain '*'";
  return check_label_value(text);
}

// Both decide the protocol towards the service. What sidecars share carries the requests of many clients: to close it
// after so many would cost all of them.
void check_http_pool(const Place& place, HttpPool& pool) {
  if (pool.max_requests_per_connection > 0 && pool.h2_upgrade_policy != H2UpgradePolicy::do_not_upgrade) {
    place.at("maxRequestsPerConnection")
        .inform(Code::holds_in_part, "connections that sidecars share are not closed after so many requests",
                "h2UpgradePolicy: DO_NOT_UPGRADE gives each client its own");
  }
  if (pool.h2_upgrade_policy == H2UpgradePolicy::upgrade && pool.use_client_protocol) {
    place.at("useClientProtocol").error(Code::conflicting_fields, "useClientProtocol excludes h2UpgradePolicy UPGRADE");
  }
}

void check_connection_pool(const Place& place, ConnectionPool& pool) {
  if (!pool.tcp && !pool.http) place.error(Code::required, "connectionPool has neither tcp nor http");
}

// Without the split, failures to connect count as 5xx, and this threshold would never be looked at.
void check_outlier_detection(const Place& place, OutlierDetection& outlier) {
  if (place.has("http")) fill_outliers(outlier, read_value<OutlierDetection>(place.at("http")));
  if (outlier.consecutive_local_origin_failures && !outlier.split_external_local_origin_errors) {
    place.at("consecutiveLocalOriginFailures")
        .error(Code::conflicting_fields, "consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors: true");
  }
}

void check_client_tls(const Place& place, ClientTls& tls) {
  check_tls_files(place, tls);
  const bool skips = tls.insecure_skip_verify.value_or(false);
  if (skips && !tls.ca_certificates.empty()) {
    place.at("insecureSkipVerify").error(Code::conflicting_fields, "insecureSkipVerify excludes caCertificates");
  }
  if (skips && !tls.subject_alt_names.empty()) {
    place.at("insecureSkipVerify").error(Code::conflicting_fields, "insecureSkipVerify excludes subjectAltNames");
  }
}

void check_port_policy(const Place& place, PortTrafficPolicy& policy) {
  if (!policy.load_balancer && !policy.connection_pool && !policy.outlier_detection && !policy.tls) {
    place.error(Code::required, "the policy for this port says nothing");
  }
}

// The old block is read first, since it may be all that the policy has.
void check_traffic_policy(const Place& place, TrafficPolicy& policy) {
  if (place.has("circuitBreaker")) fill_from_circuit_breaker(place.at("circuitBreaker"), policy);
  if (is_empty(policy)) place.error(Code::required, "trafficPolicy says nothing");
  if (policy.tunnel && policy.proxy_protocol) {
    place.at("proxyProtocol").error(Code::conflicting_fields, "tunnel and proxyProtocol exclude each other");
  }
  const auto& balancer = policy.load_balancer;
  const bool fails_over = balancer && balancer->locality_lb_setting && !balancer->locality_lb_setting->failover.empty();
  if (fails_over && !policy.outlier_detection) {
    const Place at = place.at("loadBalancer");
    at.at("localityLbSetting")
        .warn(Code::required, "failover has no effect without outlierDetection", "add outlierDetection: {}");
  }
}

void check_destination_rule(const Place& place, DestinationRule& rule) {
  check_export_list(place, rule.export_to);
  check_subsets(place, rule);
  const bool beyond = std::ranges::any_of(rule.export_to, [](const std::string& to) { return to != "."; });
  if (rule.workload_selector && beyond) {
    place.at("exportTo")
        .error(Code::conflicting_fields, "a rule with workloadSelector is for its own namespace only",
               "write exportTo: [\".\"] or leave it out");
  }
}

}  // namespace weft::api::istio
