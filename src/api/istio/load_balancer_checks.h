// What must hold between the fields of DestinationRule's load balancing. The rules are Istio's admission rules.
#pragma once

#include "api/istio/destination_rule.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

void check_hash_cookie(const Place& place, HashCookie& cookie);
void check_maglev(const Place& place, Maglev& maglev);
void check_consistent_hash(const Place& place, ConsistentHash& hash);
void check_failover(const Place& place, LocalityFailover& failover);
void check_locality(const Place& place, LocalityLoadBalancer& locality);
void check_warmup(const Place& place, Warmup& warmup);
void check_load_balancer(const Place& place, LoadBalancer& balancer);

Complaint check_cookie_name(std::string_view text);
Complaint check_cookie_part(std::string_view text);
Complaint check_region(std::string_view text);

// warmupDurationSecs is read by check_load_balancer(), once `warmup` is known.
inline void read_with_balancer(const Place&, LoadBalancer&) {}

}  // namespace weft::api::istio
