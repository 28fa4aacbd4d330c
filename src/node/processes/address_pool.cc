#include "node/processes/address_pool.h"

#include "base/assert.h"

namespace weft::node {
namespace {

uint32_t number_of(const net::IpAddress& address) {
  WEFT_ASSERT(!address.is_v6);
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = number << 8 | address.bytes[i];
  return number;
}

}  // namespace

AddressPool::AddressPool(net::IpRange range, uint32_t first_free)
    // The last address of a range is its broadcast address.
    : range_(range), first_(first_free), end_((1U << (32 - range.prefix_bits)) - 1), next_(first_free) {
  WEFT_ASSERT(range.prefix_bits > 0 && range.prefix_bits < 31 && first_ < end_);
}

std::optional<net::IpAddress> AddressPool::take() {
  if (taken_.size() == end_ - first_) return std::nullopt;
  for (;;) {
    const uint32_t offset = next_;
    next_ = next_ + 1 == end_ ? first_ : next_ + 1;
    if (taken_.insert(offset).second) return net::IpAddress::v4(number_of(range_.base) + offset);
  }
}

void AddressPool::give_back(const net::IpAddress& address) {
  taken_.erase(number_of(address) - number_of(range_.base));
}

}  // namespace weft::node
