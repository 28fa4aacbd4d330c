#include "node/sandbox/subnet.h"

namespace weft::node {

PodSubnet default_subnet() {
  return {.range = {.base = net::IpAddress::v4(0x0af40000), .prefix_bits = 16},
          .gateway = net::IpAddress::v4(0x0af40001)};
}

net::IpRange default_service_range() {
  return {.base = net::IpAddress::v4(0x0a600000), .prefix_bits = 16};
}

}  // namespace weft::node
