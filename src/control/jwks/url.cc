#include "control/jwks/url.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::control {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

// RFC 3986: nothing that could end a request line or a header field.
bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<uint16_t> port_of(std::string_view text) {
  const auto port = parse_unsigned(text);
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  return static_cast<uint16_t>(*port);
}

// "host", "host:port", "[::1]:port"
bool read_authority(std::string_view text, Url& url) {
  if (text.contains('@')) return false;
  const size_t bracket = text.rfind(']');
  const size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (has_port) {
    const auto port = port_of(text.substr(colon + 1));
    if (!port) return false;
    url.port = *port;
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  url.host = to_lower(text);
  return !url.host.empty();
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  const bool is_usual = port == (is_secure ? kHttpsPort : kHttpPort);
  return is_usual ? name : name + ":" + std::to_string(port);
}

std::optional<Url> parse_url(std::string_view text) {
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos || !is_printable(text)) return std::nullopt;
  const std::string scheme = to_lower(text.substr(0, mark));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  Url url;
  url.is_secure = scheme == "https";
  url.port = url.is_secure ? kHttpsPort : kHttpPort;
  std::string_view rest = text.substr(mark + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t end = std::min(rest.find_first_of("/?"), rest.size());
  if (!read_authority(rest.substr(0, end), url)) return std::nullopt;
  const std::string_view path = rest.substr(end);
  url.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  return url;
}

std::optional<Url> redirect_target(const Url& from, std::string_view location) {
  if (location.starts_with('/') && !location.starts_with("//") && is_printable(location)) {
    Url next = from;
    next.path = location.substr(0, location.find('#'));
    return next;
  }
  auto next = parse_url(location);
  if (next && from.is_secure && !next->is_secure) return std::nullopt;
  return next;
}

}  // namespace weft::control
