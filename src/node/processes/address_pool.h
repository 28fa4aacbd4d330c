// AddressPool: the addresses of this machine's pods. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "net/address.h"

namespace weft::node {

// Gives every address its longest rest before it is used again, since others may still hold it for its last owner.
class AddressPool {
 public:
  // `first_free` is the first address that may be given, an offset into the range.
  AddressPool(net::IpRange range, uint32_t first_free);

  // Nothing when all are taken.
  std::optional<net::IpAddress> take();
  void give_back(const net::IpAddress& address);

 private:
  net::IpRange range_;
  uint32_t first_;
  uint32_t end_;  // one past the last that may be given
  uint32_t next_;
  std::set<uint32_t> taken_;
};

}  // namespace weft::node
