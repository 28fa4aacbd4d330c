#include "network_policy/address_set.h"

namespace weft::network_policy {
namespace {

constexpr uint8_t kBitsOfV4 = 32;
constexpr uint8_t kBitsOfV6 = 128;

template <class T>
T number_of(const net::IpAddress& address) {
  T number = 0;
  for (size_t i = 0; i < sizeof(T); ++i) number = static_cast<T>(number << 8 | address.bytes[i]);
  return number;
}

template <class T>
net::IpAddress address_of(T number) {
  net::IpAddress address;
  address.is_v6 = sizeof(T) == sizeof(Wide);
  for (size_t i = sizeof(T); i > 0; --i, number >>= 8) address.bytes[i - 1] = static_cast<uint8_t>(number);
  return address;
}

template <class T>
Interval<T> interval_of(const net::IpRange& subnet) {
  constexpr int kBits = sizeof(T) * 8;
  const int free_bits = kBits - subnet.prefix_bits;
  const T mask = free_bits == kBits ? static_cast<T>(~T{0}) : static_cast<T>((T{1} << free_bits) - 1);
  const T base = number_of<T>(subnet.base);
  return {static_cast<T>(base & ~mask), static_cast<T>(base | mask)};
}

template <class T>
void add_to(Intervals<T>& all, const net::IpRange& subnet, const std::vector<net::IpRange>& except) {
  Intervals<T> added{interval_of<T>(subnet)};
  for (const auto& part : except) {
    if (part.base.is_v6 == subnet.base.is_v6) added.remove(interval_of<T>(part));
  }
  all.add(added);
}

template <class T>
std::vector<std::string> texts_of(const Intervals<T>& intervals) {
  std::vector<std::string> texts;
  for (const auto& [first, last] : intervals.list()) {
    std::string text = address_of<T>(first).to_string();
    if (first != last) text += "-" + address_of<T>(last).to_string();
    texts.push_back(std::move(text));
  }
  return texts;
}

// From its beginning on, each time the largest subnet that begins there and does not reach beyond the end.
template <class T>
void append_subnets(const Interval<T>& interval, std::vector<net::IpRange>& subnets) {
  constexpr int kBits = sizeof(T) * 8;
  T first = interval.first;
  for (;;) {
    int free_bits = 0;
    T mask = 0;
    while (free_bits < kBits) {
      const T wider = static_cast<T>(mask << 1 | 1);
      if ((first & wider) != 0 || wider > interval.last - first) break;
      mask = wider;
      ++free_bits;
    }
    subnets.push_back({address_of<T>(first), static_cast<uint8_t>(kBits - free_bits)});
    if (static_cast<T>(first + mask) == interval.last) return;
    first = static_cast<T>(first + mask + 1);
  }
}

}  // namespace

void AddressSet::add(const net::IpAddress& address) {
  add({address, address.is_v6 ? kBitsOfV6 : kBitsOfV4}, {});
}

void AddressSet::add(const AddressSet& others) {
  v4_.add(others.v4_);
  v6_.add(others.v6_);
}

void AddressSet::add(const net::IpRange& subnet, const std::vector<net::IpRange>& except) {
  if (subnet.base.is_v6) {
    add_to(v6_, subnet, except);
  } else {
    add_to(v4_, subnet, except);
  }
}

bool AddressSet::contains(const net::IpAddress& address) const {
  return address.is_v6 ? v6_.contains(number_of<Wide>(address)) : v4_.contains(number_of<uint32_t>(address));
}

std::vector<std::string> AddressSet::v4_texts() const {
  return texts_of(v4_);
}

std::vector<std::string> AddressSet::v6_texts() const {
  return texts_of(v6_);
}

std::vector<net::IpRange> AddressSet::subnets() const {
  std::vector<net::IpRange> subnets;
  for (const auto& interval : v4_.list()) append_subnets(interval, subnets);
  for (const auto& interval : v6_.list()) append_subnets(interval, subnets);
  return subnets;
}

}  // namespace weft::network_policy
