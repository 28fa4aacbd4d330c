#include "http/header_id.h"

#include <array>
#include <cstring>

#include "base/assert.h"

namespace weft::http {
namespace {

constexpr size_t kCount = static_cast<size_t>(HeaderId::count_);
constexpr size_t kTableBits = 9;

constexpr std::array<std::string_view, kCount> kNames = {"",
#define WEFT_HEADER_NAME(id, text) text,
                                                         WEFT_KNOWN_HEADERS(WEFT_HEADER_NAME)
#undef WEFT_HEADER_NAME
};

constexpr size_t slot_of(std::string_view name, uint32_t multiplier) {
  const auto byte = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(name[at])); };
  const uint32_t mixed = static_cast<uint32_t>(name.size()) ^ (byte(0) << 6) ^ (byte(name.size() - 1) << 13) ^
                         (byte(name.size() / 2) << 20) ^ (byte(name.size() / 3) << 3) ^
                         (byte(name.size() * 3 / 4) << 10);
  return (mixed * multiplier) >> (32 - kTableBits);
}

// Searches, at compile time, for a multiplier that gives every known name a slot of its own.
consteval uint32_t find_multiplier() {
  for (uint32_t multiplier = 0x9E3779B1;; multiplier += 2) {
    std::array<bool, 1 << kTableBits> taken{};
    bool free_of_collisions = true;
    for (size_t id = 1; id < kCount && free_of_collisions; ++id) {
      bool& slot = taken[slot_of(kNames[id], multiplier)];
      free_of_collisions = !slot;
      slot = true;
    }
    if (free_of_collisions) return multiplier;
  }
}

constexpr uint32_t kMultiplier = find_multiplier();

constexpr auto kTable = [] {
  std::array<uint8_t, 1 << kTableBits> table{};
  for (size_t id = 1; id < kCount; ++id) table[slot_of(kNames[id], kMultiplier)] = static_cast<uint8_t>(id);
  return table;
}();

}  // namespace

std::string_view name_of(HeaderId id) {
  WEFT_ASSERT(id != HeaderId::other && id < HeaderId::count_);
  return kNames[static_cast<size_t>(id)];
}

HeaderId header_id(std::string_view lower_case_name) {
  if (lower_case_name.empty()) return HeaderId::other;
  const uint8_t candidate = kTable[slot_of(lower_case_name, kMultiplier)];
  const std::string_view known = kNames[candidate];
  if (known.size() != lower_case_name.size()) return HeaderId::other;
  return std::memcmp(known.data(), lower_case_name.data(), known.size()) == 0 ? static_cast<HeaderId>(candidate)
                                                                              : HeaderId::other;
}

}  // namespace weft::http
