// The tables of DestinationRule's load balancing.
#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/istio/destination_rule.h"
#include "api/istio/load_balancer_checks.h"
#include "api/text_checks.h"

namespace weft::api::istio {

namespace {

constexpr double kRingSizeMax = 8 * 1024 * 1024;  // Envoy's bound

}  // namespace

const FieldTable& CookieAttribute::fields() {
  static const FieldTable table =
      Describe<CookieAttribute>("Attribute", "An attribute of the cookie, such as SameSite.")
          .field("name", &CookieAttribute::name, "Its name.")
          .required()
          .check(check_cookie_name)
          .field("value", &CookieAttribute::value, "Its value.")
          .check(check_cookie_part);
  return table;
}

// With a ttl the proxy issues the cookie to clients that have none; without, it only reads it.
const FieldTable& HashCookie::fields() {
  static const FieldTable table =
      Describe<HashCookie>("HTTPCookie", "A cookie to hash.")
          .field("name", &HashCookie::name, "The cookie's name.")
          .required()
          .check(check_cookie_name)
          .field("path", &HashCookie::path, "The path it is set for.")
          .check(check_cookie_part)
          .field("ttl", &HashCookie::ttl, "How long it lives; 0s is a session cookie. Unset: it is never issued.")
          .may_be_zero()
          .field("attributes", &HashCookie::attributes, "Further attributes to set.")
          .finish(check_hash_cookie);
  return table;
}

const FieldTable& RingHash::fields() {
  static const FieldTable table =
      Describe<RingHash>("RingHash", "Hashing on a ring.")
          .field("minimumRingSize", &RingHash::minimum_ring_size, "Places on the ring, at least.")
          .between(0, kRingSizeMax)
          .by_default("1024");
  return table;
}

const FieldTable& Maglev::fields() {
  static const FieldTable table = Describe<Maglev>("MagLev", "Hashing into a table (Maglev).")
                                      .field("tableSize", &Maglev::table_size, "The table's size, a prime.")
                                      .by_default("65537")
                                      .finish(check_maglev);
  return table;
}

// Absent header, cookie or parameter: the choice is random. Affinity holds within one destination of a rule.
const FieldTable& ConsistentHash::fields() {
  using Hash = ConsistentHash;
  static const FieldTable table =
      Describe<Hash>("ConsistentHashLB", "Session affinity: the same key goes to the same endpoint.")
          .field("httpHeaderName", &Hash::http_header_name, "Hash this request header.")
          .check(check_header_name)
          .field("httpCookie", &Hash::http_cookie, "Hash a cookie.")
          .field("useSourceIp", &Hash::use_source_ip, "Hash the client's address.")
          .field("httpQueryParameterName", &Hash::http_query_parameter_name, "Hash this query parameter.")
          .field("ringHash", &Hash::ring_hash, "Use a hash ring; the default.")
          .field("maglev", &Hash::maglev, "Use a Maglev table.")
          .field("minimumRingSize", &Hash::minimum_ring_size, "Places on the ring, at least.")
          .between(0, kRingSizeMax)
          .legacy("write ringHash: {minimumRingSize: N}")
          .finish(check_consistent_hash);
  return table;
}

const FieldTable& LocalityDistribute::fields() {
  static const FieldTable table =
      Describe<LocalityDistribute>("Distribute", "Where traffic from a locality goes.")
          .field("from", &LocalityDistribute::from, "region/zone/subzone of the client; the last part may be '*'.")
          .required()
          .field("to", &LocalityDistribute::to, "Percentages by locality; they add up to 100.")
          .between(1, 100);
  return table;
}

const FieldTable& LocalityFailover::fields() {
  static const FieldTable table = Describe<LocalityFailover>("Failover", "Where traffic goes when a region has failed.")
                                      .field("from", &LocalityFailover::from, "The region that failed.")
                                      .required()
                                      .check(check_region)
                                      .field("to", &LocalityFailover::to, "The region that takes over.")
                                      .required()
                                      .check(check_region)
                                      .finish(check_failover);
  return table;
}

// Locality is region/zone/subzone, from labels of the pod.
const FieldTable& LocalityLoadBalancer::fields() {
  using Locality = LocalityLoadBalancer;
  static const FieldTable table =
      Describe<Locality>("LocalityLoadBalancerSetting", "Prefer endpoints near the client.")
          .field("distribute", &Locality::distribute, "Fixed shares by locality.")
          .field("failover", &Locality::failover, "Which region takes over for which.")
          .field("failoverPriority", &Locality::failover_priority, "Labels, in order, that make an endpoint near.")
          .field("enabled", &Locality::enabled, "Whether the setting holds.")
          .by_default("true")
          .finish(check_locality);
  return table;
}

const FieldTable& ZoneAwareLoadBalancer::fields() {
  using Zones = ZoneAwareLoadBalancer;
  static const FieldTable table =
      Describe<Zones>("ZoneAwareLoadBalancerSetting", "Prefer endpoints in the client's zone, as far as they carry it.")
          .field("enabled", &Zones::enabled, "Whether the setting holds.")
          .by_default("false")
          .field("failover", &Zones::failover, "Which region takes over for which.")
          .field("failoverPriority", &Zones::failover_priority, "Labels, in order, that make an endpoint near.")
          .field("minClusterSize", &Zones::min_cluster_size, "Endpoints there must be.")
          .by_default("6");
  return table;
}

// For ROUND_ROBIN and LEAST_REQUEST only (Envoy's slow start).
const FieldTable& Warmup::fields() {
  static const FieldTable table = Describe<Warmup>("WarmupConfiguration", "New endpoints get their full share slowly.")
                                      .field("duration", &Warmup::duration, "How long the warm-up takes.")
                                      .required()
                                      .field("minimumPercent", &Warmup::minimum_percent, "The share at the beginning.")
                                      .between(0, 100)
                                      .by_default("10")
                                      .field("aggression", &Warmup::aggression, "How the share grows; 1 is evenly.")
                                      .by_default("1")
                                      .finish(check_warmup);
  return table;
}

// Istio's default is LEAST_REQUEST: two endpoints at random, the one with fewer active requests.
const FieldTable& LoadBalancer::fields() {
  static const FieldTable table =
      Describe<LoadBalancer>("LoadBalancerSettings", "How an endpoint is chosen.")
          .field("simple", &LoadBalancer::simple, "An algorithm without settings.")
          .by_default("LEAST_REQUEST")
          .field("consistentHash", &LoadBalancer::consistent_hash, "Session affinity.")
          .field("localityLbSetting", &LoadBalancer::locality_lb_setting,
                 "Prefer near endpoints. A pod's label istio-locality (REGION.ZONE.SUBZONE) says where it is.")
          .field("zoneAwareLbSetting", &LoadBalancer::zone_aware_lb_setting, "Prefer endpoints in the same zone.")
          .later()
          .field("warmup", &LoadBalancer::warmup, "Let new endpoints begin slowly.")
          .custom("warmupDurationSecs", read_with_balancer, "How long the warm-up takes.")
          .legacy("write warmup: {duration: T}")
          .finish(check_load_balancer);
  return table;
}

}  // namespace weft::api::istio
