#include "control/mesh/address_allocation.h"

#include <fmt/format.h>

namespace weft::control::mesh {
namespace {

constexpr uint32_t kByte = 256;

std::string slot_key(std::string_view space, std::string_view host) {
  return fmt::format("{}/{}", space, host);
}

// FNV-1a: spreads well and is the same on every machine.
uint32_t hash_of(std::string_view key) {
  uint32_t hash = 2166136261;
  for (const char byte : key) hash = (hash ^ static_cast<uint8_t>(byte)) * 16777619;
  return hash;
}

}  // namespace

std::string AddressAllocation::address_of(std::string_view space, std::string_view host) {
  const auto key = slot_key(space, host);
  auto known = slots_.find(key);
  if (known == slots_.end()) {
    if (slots_.size() >= slots_max_) return {};
    uint32_t slot = hash_of(key) % slots_max_;
    while (owners_.contains(slot)) slot = (slot + 1) % slots_max_;
    owners_.emplace(slot, key);
    known = slots_.emplace(key, slot).first;
  }
  const uint32_t number = known->second + 1;
  return fmt::format("240.240.{}.{}", number / kByte, number % kByte);
}

void AddressAllocation::release(std::string_view space, std::string_view host) {
  const auto known = slots_.find(slot_key(space, host));
  if (known == slots_.end()) return;
  owners_.erase(known->second);
  slots_.erase(known);
}

}  // namespace weft::control::mesh
