#include "http/h1/target.h"

#include <algorithm>

#include "base/strings.h"
#include "http/authority.h"

namespace weft::http::h1 {
namespace {

// An authority without its port.
std::string_view host_of(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port = colon != authority.npos && (bracket == authority.npos || bracket < colon);
  return has_port ? authority.substr(0, colon) : authority;
}

// The part after "http://" or "https://"; empty when the target has neither. The scheme itself is not believed: whether
// a connection is encrypted is the listener's to say.
std::string_view without_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http", "https"}) {
    const size_t size = scheme.size() + 3;
    if (target.size() > size && equal_ignoring_case(target.substr(0, scheme.size()), scheme) &&
        target.substr(scheme.size(), 3) == "://") {
      return target.substr(size);
    }
  }
  return {};
}

Violation read_absolute(std::string_view target, RequestHead& head) {
  const std::string_view rest = without_scheme(target);
  if (rest.empty()) return {400, "not a request target"};
  const size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, authority_end);
  if (!is_authority(authority)) return {400, "not a host in the request target"};
  head.authority = authority;
  head.path.clear();
  if (authority_end == rest.size() || rest[authority_end] == '?') head.path = "/";
  head.path += rest.substr(authority_end);
  return {};
}

// Host and port, which has no default here (RFC 9110 9.3.6).
Violation read_authority(std::string_view target, RequestHead& head) {
  const std::string_view host = host_of(target);
  const bool has_port = host.size() + 1 < target.size() && !host.empty();
  if (!is_authority(target) || !has_port) return {400, "not a host and port in the target of CONNECT"};
  head.authority = target;
  head.path.clear();
  return {};
}

}  // namespace

Violation read_target(std::string_view target, RequestHead& head) {
  if (head.is_connect()) return read_authority(target, head);
  if (target.find('#') != target.npos) return {400, "a fragment in the request target"};
  if (target.front() != '/' && target != "*") return read_absolute(target, head);
  if (target == "*" && head.method != "OPTIONS") return {400, "the target * belongs to OPTIONS"};
  head.path = target;
  return {};
}

Violation take_host(Host role, RequestHead& head) {
  const size_t count = head.headers.count(HeaderId::host);
  if (count > 1) return {400, "more than one Host"};
  if (count == 0) {
    return head.version == Version::http11 ? Violation{400, "no Host"} : Violation{};
  }
  const std::string_view host = *head.headers.get(HeaderId::host);
  if (!host.empty() && !is_authority(host)) return {400, "not a host name in Host"};
  if (role == Host::must_agree) {
    // Clients of CONNECT often leave the port out of Host.
    const bool agrees = equal_ignoring_case(host, head.authority) ||
                        (head.is_connect() && equal_ignoring_case(host, host_of(head.authority)));
    if (!agrees) return {400, "Host differs from the request target"};
  } else {
    head.authority = host;
  }
  head.headers.remove(HeaderId::host);
  return {};
}

}  // namespace weft::http::h1
