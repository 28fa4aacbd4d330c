#include "http/h1/target.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace weft::http::h1 {
namespace {

// Letters, digits and the rest of RFC 3986's host and port, without "@" (user info) and with brackets for IPv6 checked
// apart. "%" would be percent-encoding or an IPv6 zone id; no host name that anyone routes by has it.
constexpr auto kHostByte = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("-._~!$&'()*+,;=:[]")) table[static_cast<size_t>(c)] = true;
  for (size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  return table;
}();

bool is_host_byte(char c) {
  return kHostByte[static_cast<unsigned char>(c)];
}

bool is_authority(std::string_view text) {
  if (!std::ranges::all_of(text, is_host_byte)) return false;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  } else if (text.find_first_of("[]") != text.npos) {
    return false;
  } else {
    text.remove_prefix(std::min(text.find(':'), text.size()));
  }
  // What is left is empty or ":port"; an empty port is allowed (RFC 3986 3.2.3).
  return text.find_first_not_of("0123456789", 1) == text.npos && text.size() <= 6;
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
  if (authority.empty() || !is_authority(authority)) return {400, "not a host in the request target"};
  head.authority = authority;
  head.path.clear();
  if (authority_end == rest.size() || rest[authority_end] == '?') head.path = "/";
  head.path += rest.substr(authority_end);
  return {};
}

}  // namespace

Violation read_target(std::string_view target, RequestHead& head) {
  if (head.method == "CONNECT") return {501, "CONNECT is not served here"};
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
  if (!is_authority(host)) return {400, "not a host name in Host"};
  if (role == Host::must_agree) {
    if (!equal_ignoring_case(host, head.authority)) return {400, "Host differs from the request target"};
  } else {
    head.authority = host;
  }
  head.headers.remove(HeaderId::host);
  return {};
}

}  // namespace weft::http::h1
