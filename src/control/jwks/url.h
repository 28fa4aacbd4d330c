// Url: where a document is. Only http and https.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::control {

// A value. `host` is in lower case, without the brackets of an IPv6 address.
struct Url {
  bool is_secure = true;
  std::string host;
  uint16_t port = 443;
  std::string path = "/";  // with the query, without a fragment

  std::string authority() const;  // as the Host field wants it
  friend bool operator==(const Url&, const Url&) = default;
};

// Nothing for other schemes, credentials, bad ports, and characters that no URL has.
std::optional<Url> parse_url(std::string_view text);

// Where a redirect leads. Nothing where it may not be followed: from https to http, or to what is no URL.
std::optional<Url> redirect_target(const Url& from, std::string_view location);

}  // namespace weft::control
