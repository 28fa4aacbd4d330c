// Host names as Istio reads them: short names expand within a namespace, "*.x" stands for any name below x. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weft::model {

// The full name of a host written in an object of `config_namespace`: a name without a dot that is neither "*" nor an
// IP address becomes name.<namespace>.svc.<domain>; a name with a dot is taken as it is ("reviews.prod" is not
// expanded). Lower-cased.
std::string full_host_name(std::string_view host, std::string_view config_namespace,
                           std::string_view domain = "cluster.local");

// A pattern is an exact name, "*.suffix" (any depth below the suffix, not the suffix itself) or "*".
bool host_matches(std::string_view pattern, std::string_view host);

// True when some name matches both patterns.
bool hosts_overlap(std::string_view a, std::string_view b);

// Orders patterns for "the most specific match wins": an exact name beats every wildcard, a longer wildcard a shorter
// one.
bool is_more_specific(std::string_view a, std::string_view b);

// An IPv4 or IPv6 address in text form, without port or brackets.
bool is_ip_address(std::string_view text);

}  // namespace weft::model
