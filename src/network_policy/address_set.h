// AddressSet: IPv4 and IPv6 addresses, in intervals. A value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/address.h"
#include "network_policy/intervals.h"

namespace weft::network_policy {

__extension__ using Wide = unsigned __int128;  // an IPv6 address in host order

// The two families are kept apart, as numbers in host byte order.
class AddressSet {
 public:
  void add(const net::IpAddress& address);
  void add(const AddressSet& others);
  // The addresses of a subnet but those of its exceptions.
  void add(const net::IpRange& subnet, const std::vector<net::IpRange>& except);

  bool contains(const net::IpAddress& address) const;
  bool empty() const { return v4_.empty() && v6_.empty(); }

  // "10.0.0.1", "10.0.0.4-10.0.0.9"; of one family.
  std::vector<std::string> v4_texts() const;
  std::vector<std::string> v6_texts() const;
  // The fewest subnets that make up the set.
  std::vector<net::IpRange> subnets() const;

  friend bool operator==(const AddressSet&, const AddressSet&) = default;

 private:
  Intervals<uint32_t> v4_;
  Intervals<Wide> v6_;
};

}  // namespace weft::network_policy
