// What must hold between the fields of a DestinationRule, and how the old circuitBreaker fills what is unset. The rules
// are Istio's admission rules.
#pragma once

#include "api/istio/destination_rule.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

void check_http_pool(const Place& place, HttpPool& pool);
void check_connection_pool(const Place& place, ConnectionPool& pool);
void check_outlier_detection(const Place& place, OutlierDetection& outlier);
void check_client_tls(const Place& place, ClientTls& tls);
void check_port_policy(const Place& place, PortTrafficPolicy& policy);
void check_traffic_policy(const Place& place, TrafficPolicy& policy);
void check_destination_rule(const Place& place, DestinationRule& rule);

Complaint check_selector_value(std::string_view text);

// Old blocks are read by the finish() of the type around them, once the modern ones are known.
inline void read_with_policy(const Place&, TrafficPolicy&) {}
inline void read_with_outliers(const Place&, OutlierDetection&) {}

}  // namespace weft::api::istio
