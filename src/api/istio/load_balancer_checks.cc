#include "api/istio/load_balancer_checks.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "api/codec.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

constexpr uint64_t kMaglevMax = 5'000'011;  // Envoy's limit, itself a prime

// Trial division: at most 2236 steps below Maglev's limit.
bool is_prime(uint64_t number) {
  if (number < 2) return false;
  for (uint64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return true;
}

// region[/zone[/subzone]], '*' as the last part only.
void check_locality_name(const Place& place, std::string_view locality) {
  const auto parts = split(locality, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool wildcard = parts[i].find('*') != std::string_view::npos;
    if (parts[i].empty() || (wildcard && (parts[i] != "*" || i + 1 < parts.size())) || i > 2) {
      place.error(Code::bad_value,
                  fmt::format("\"{}\" is no locality such as region/zone/subzone or region/*", locality));
      return;
    }
  }
}

// "a", "a/*" and "a/*" with what is below: its parts without the star.
std::string_view stem(std::string_view locality) {
  if (locality == "*") return {};
  return locality.ends_with("/*") ? locality.substr(0, locality.size() - 2) : locality;
}

bool takes_in(std::string_view outer, std::string_view inner) {
  return outer.empty() || inner == outer || (inner.starts_with(outer) && inner[outer.size()] == '/');
}

// Of a place that two names take in nobody could say which of them is meant.
void check_overlap(const Place& place, std::string_view locality, std::vector<std::string_view>& seen) {
  const auto other = std::ranges::find_if(seen, [&](std::string_view known) {
    return takes_in(stem(known), stem(locality)) || takes_in(stem(locality), stem(known));
  });
  if (other != seen.end())
    place.error(Code::conflicting_fields, fmt::format("\"{}\" overlaps \"{}\"", locality, *other));
  seen.push_back(locality);
}

// The shares of one `from` are percentages: Istio refuses sums other than 100.
void check_distribute(const Place& place, const LocalityDistribute& distribute) {
  check_locality_name(place.at("from"), distribute.from);
  const Place to = place.at("to");
  uint64_t sum = 0;
  std::vector<std::string_view> seen;
  for (const auto& [locality, share] : distribute.to) {
    sum += share;
    check_locality_name(to.at(locality), locality);
    check_overlap(to.at(locality), locality, seen);
  }
  if (sum != 100) to.error(Code::out_of_range, fmt::format("the shares add up to {}, not 100", sum));
}

// failover and a failoverPriority by region would both order regions.
bool orders_by_region(const std::vector<std::string>& priorities) {
  return std::ranges::any_of(priorities, [](const std::string& label) {
    return label == "topology.kubernetes.io/region" || label.starts_with("topology.kubernetes.io/region=");
  });
}

}  // namespace

// RFC 6265 4.1.1: a name is a token; a value ends at a semicolon.
Complaint check_cookie_name(std::string_view text) {
  if (text.empty() || (!text.starts_with(':') && !check_header_name(text))) return std::nullopt;
  return "is no name that a cookie may have";
}

Complaint check_cookie_part(std::string_view text) {
  if (text.find(';') == std::string_view::npos && !check_no_controls(text)) return std::nullopt;
  return "has a semicolon or control characters, which end it";
}

// failover works on whole regions; zones are reached by distribute or failoverPriority.
Complaint check_region(std::string_view text) {
  if (text.find_first_of("*/") == std::string_view::npos) return std::nullopt;
  return "must be a region: no '/' and no '*'";
}

void check_hash_cookie(const Place& place, HashCookie& cookie) {
  const Place list = place.at("attributes");
  for (size_t i = 0; i < cookie.attributes.size(); ++i) {
    const auto same = [&](const CookieAttribute& other) { return other.name == cookie.attributes[i].name; };
    const auto earlier = cookie.attributes.begin() + static_cast<ptrdiff_t>(i);
    if (std::any_of(cookie.attributes.begin(), earlier, same)) {
      list.at(i).error(Code::bad_value, fmt::format("the attribute {} stands twice", cookie.attributes[i].name));
    }
  }
}

// A table whose size is no prime would leave slots unvisited (Maglev, section 3.4).
void check_maglev(const Place& place, Maglev& maglev) {
  if (maglev.table_size < kMaglevMax && is_prime(maglev.table_size)) return;
  place.at("tableSize")
      .error(Code::bad_value, fmt::format("tableSize must be a prime below {}, not {}", kMaglevMax, maglev.table_size));
}

// useSourceIp counts as set whenever it is written, since it is part of protobuf's oneof; the old minimumRingSize
// becomes ringHash.
void check_consistent_hash(const Place& place, ConsistentHash& hash) {
  const int keys = hash.http_header_name.has_value() + hash.http_cookie.has_value() + place.has("useSourceIp") +
                   hash.http_query_parameter_name.has_value();
  if (keys == 0) {
    place.error(Code::required, "nothing to hash",
                "set httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName");
  }
  if (keys > 1) place.error(Code::conflicting_fields, "only one thing can be hashed");
  if (hash.http_header_name == "") place.at("httpHeaderName").error(Code::required, "httpHeaderName is empty");
  if (hash.http_query_parameter_name == "")
    place.at("httpQueryParameterName").error(Code::required, "httpQueryParameterName is empty");
  if (hash.ring_hash && hash.maglev) place.error(Code::conflicting_fields, "ringHash and maglev exclude each other");
  if (hash.minimum_ring_size == 0) return;
  if (hash.ring_hash || hash.maglev) {
    place.at("minimumRingSize")
        .error(Code::conflicting_fields, "minimumRingSize goes neither with ringHash nor maglev");
  } else {
    hash.ring_hash = RingHash{hash.minimum_ring_size};
    hash.minimum_ring_size = 0;
  }
}

void check_failover(const Place& place, LocalityFailover& failover) {
  if (!failover.from.empty() && failover.from == failover.to) {
    place.at("to").error(Code::bad_value, "from and to are the same region");
  }
}

void check_locality(const Place& place, LocalityLoadBalancer& locality) {
  if (!locality.distribute.empty() && (!locality.failover.empty() || !locality.failover_priority.empty())) {
    place.at("distribute")
        .error(Code::conflicting_fields, "distribute goes neither with failover nor failoverPriority");
  }
  if (!locality.failover.empty() && orders_by_region(locality.failover_priority)) {
    place.at("failoverPriority").error(Code::conflicting_fields, "failover already orders regions");
  }
  const Place list = place.at("distribute");
  std::vector<std::string_view> seen;
  for (size_t i = 0; i < locality.distribute.size(); ++i) {
    const Place entry = list.at(i);
    check_distribute(entry, locality.distribute[i]);
    if (!locality.distribute[i].from.empty()) check_overlap(entry.at("from"), locality.distribute[i].from, seen);
  }
}

void check_warmup(const Place& place, Warmup& warmup) {
  if (warmup.aggression && *warmup.aggression <= 0) {
    place.at("aggression").error(Code::out_of_range, "aggression must be above 0");
  }
}

// simple and consistentHash are one protobuf oneof: the last one written would win silently.
void check_load_balancer(const Place& place, LoadBalancer& balancer) {
  if (balancer.simple && balancer.consistent_hash) {
    place.at("consistentHash").error(Code::conflicting_fields, "simple and consistentHash exclude each other");
  }
  if (balancer.locality_lb_setting && balancer.zone_aware_lb_setting) {
    place.at("zoneAwareLbSetting")
        .error(Code::conflicting_fields, "localityLbSetting and zoneAwareLbSetting exclude each other");
  }
  if (!place.has("warmupDurationSecs")) return;
  Duration duration{};
  Field field;
  field.name = "warmupDurationSecs";
  const bool sound = Codec<Duration>::read(place.at("warmupDurationSecs"), field, duration);
  if (sound && !balancer.warmup) balancer.warmup = Warmup{duration, {}, {}};
}

}  // namespace weft::api::istio
