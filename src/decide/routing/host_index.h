// HostIndex: from an authority to a virtual host, as RouteConfiguration.virtual_hosts[].domains means it: exact name,
// then the longest `*.suffix`, then the longest `prefix.*`, then `*`. Compared without case. One hash lookup for exact
// names.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "decide/names.h"

namespace weft::decide {

// Filled once at compile time, then immutable.
class HostIndex {
 public:
  // Fails on a domain that is empty, taken already, or has a `*` anywhere but at one end.
  Result<> add(std::string_view domain, uint32_t host);

  std::optional<uint32_t> find(std::string_view authority) const;

 private:
  using Exact = std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>>;
  // By length of the fixed part, longest first.
  using Wildcards = std::map<size_t, Exact, std::greater<>>;

  std::optional<uint32_t> find_lower(std::string_view authority) const;

  Exact exact_;
  Wildcards suffixes_;
  Wildcards prefixes_;
  std::optional<uint32_t> any_;
};

}  // namespace weft::decide
