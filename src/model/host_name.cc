#include "model/host_name.h"

#include <arpa/inet.h>

#include "base/strings.h"

namespace weft::model {

// inet_pton() is strict: no leading zeros in IPv4 (which some readers take as octal), no zone in IPv6.
bool is_ip_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return false;
  const std::string terminated(text);
  in6_addr address{};
  return inet_pton(AF_INET, terminated.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), &address) == 1;
}

// Istio completes only names without a dot. Kubernetes' DNS would also complete "reviews.prod" by its search list; in
// configuration it stays as it is.
std::string full_host_name(std::string_view host, std::string_view config_namespace, std::string_view domain) {
  std::string full = to_lower(host);
  if (full.empty() || full == "*" || full.find('.') != std::string::npos || is_ip_address(full)) return full;
  return full.append(".").append(config_namespace).append(".svc.").append(domain);
}

namespace {

bool is_wildcard(std::string_view pattern) {
  return !pattern.empty() && pattern.front() == '*';
}

}  // namespace

// "*.foo.com" matches at any depth, unlike a wildcard of a certificate (RFC 6125 6.4.3).
bool host_matches(std::string_view pattern, std::string_view host) {
  if (!is_wildcard(pattern)) return equal_ignoring_case(pattern, host);
  const std::string_view suffix = pattern.substr(1);  // ".x", or empty for "*"
  return host.size() > suffix.size() && equal_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
}

// Two wildcards have a name in common when one suffix ends in the other.
bool hosts_overlap(std::string_view a, std::string_view b) {
  if (is_wildcard(a) && is_wildcard(b)) {
    const std::string_view longer = a.size() > b.size() ? a : b;
    const std::string_view shorter = a.size() > b.size() ? b : a;
    return equal_ignoring_case(longer.substr(longer.size() - shorter.size() + 1), shorter.substr(1));
  }
  return is_wildcard(a) ? host_matches(a, b) : host_matches(b, a);
}

bool is_more_specific(std::string_view a, std::string_view b) {
  if (is_wildcard(a) != is_wildcard(b)) return is_wildcard(b);
  return a.size() > b.size();
}

}  // namespace weft::model
