// AddressAllocation: an address of 240.240.0.0/16 for each host of a ServiceEntry that has none, so that clients have
// something to dial which says what they mean. It follows from the name: the same after a restart. Of two names that
// fall on one address the first one asked for has it, which is the older one; should that go, the other keeps what it
// has until a restart.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace weft::control::mesh {

// Control thread. Owned by the mesh builder.
class AddressAllocation {
 public:
  // 240.240.0.1 to 240.240.255.254, as Istio's; tests take fewer.
  static constexpr uint32_t kSlots = 65534;
  explicit AddressAllocation(uint32_t slots = kSlots) : slots_max_(slots) {}

  // The same address each time. Empty when all are given away.
  std::string address_of(std::string_view space, std::string_view host);
  void release(std::string_view space, std::string_view host);

 private:
  uint32_t slots_max_;
  std::map<uint32_t, std::string> owners_;  // "namespace/host" by slot
  std::map<std::string, uint32_t, std::less<>> slots_;
};

}  // namespace weft::control::mesh
