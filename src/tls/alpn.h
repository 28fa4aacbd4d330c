// Protocol names as ALPN writes them (RFC 7301 3.1): each behind its length.
#pragma once

#include <string>
#include <vector>

namespace weft::tls {

// Names of 1 to 255 bytes.
inline std::string alpn_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const auto& protocol : protocols) list.append(1, static_cast<char>(protocol.size())).append(protocol);
  return list;
}

}  // namespace weft::tls
