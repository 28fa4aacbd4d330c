// Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016), 3.4, with weights.
#include <algorithm>
#include <vector>

#include "base/xx_hash.h"
#include "proxy/balance/hash_table.h"

namespace weft::proxy {
namespace {

constexpr uint32_t kNobody = UINT32_MAX;

class MaglevTable final : public HashTable {
 public:
  explicit MaglevTable(std::vector<uint32_t> positions) : positions_(std::move(positions)) {}

  uint32_t find(uint64_t hash, uint32_t attempt) const override {
    if (attempt > 0) hash ^= -uint64_t{attempt};  // another key altogether
    return positions_[hash % positions_.size()];
  }

 private:
  std::vector<uint32_t> positions_;  // by slot
};

// One endpoint's own order of all slots: each `skip` after the last.
struct Claimant {
  uint32_t position;
  uint64_t slot;
  uint64_t skip;
  double weight;       // of the heaviest
  double claimed = 0;  // turns taken, in units of its weight
};

std::vector<Claimant> claimants(std::span<const HashTableEntry> entries, uint64_t size) {
  std::vector<const HashTableEntry*> by_key;
  for (const auto& entry : entries) by_key.push_back(&entry);
  // The order of turns is part of the result: it must not depend on the order in which endpoints were learned.
  std::ranges::sort(by_key, {}, [](const HashTableEntry* entry) -> const std::string& { return entry->key; });
  const double heaviest = std::ranges::max_element(entries, {}, &HashTableEntry::weight)->weight;
  std::vector<Claimant> result;
  for (const auto* entry : by_key) {
    result.push_back({entry->position, xx_hash(entry->key) % size, xx_hash(entry->key, 1) % (size - 1) + 1,
                      entry->weight / heaviest});
  }
  return result;
}

}  // namespace

HashTablePtr make_maglev_table(std::span<const HashTableEntry> entries, uint32_t size) {
  std::vector<uint32_t> slots(size, kNobody);
  auto all = claimants(entries, size);
  uint32_t filled = 0;
  for (double round = 1; filled < size; ++round) {
    for (auto& claimant : all) {
      if (filled == size) break;
      // The heaviest takes every turn, the others as many as their weight allows.
      if (round * claimant.weight < claimant.claimed) continue;
      while (slots[claimant.slot] != kNobody) claimant.slot = (claimant.slot + claimant.skip) % size;
      slots[claimant.slot] = claimant.position;
      claimant.claimed += 1;
      ++filled;
    }
  }
  return std::make_shared<const MaglevTable>(std::move(slots));
}

}  // namespace weft::proxy
