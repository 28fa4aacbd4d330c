#include "proxy/balance/hash_table.h"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weft::proxy {
namespace {

std::vector<HashTableEntry> entries(std::vector<double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  std::vector<HashTableEntry> result;
  for (uint32_t at = 0; at < weights.size(); ++at)
    result.push_back({at, "10.0.0." + std::to_string(at + 1) + ":80", weights[at] / sum});
  return result;
}
std::vector<HashTableEntry> without(std::vector<HashTableEntry> all, uint32_t position) {
  std::erase_if(all, [&](const auto& entry) { return entry.position == position; });
  for (auto& entry : all) entry.weight = 1.0 / static_cast<double>(all.size());
  return all;
}

// Both tables keep the same promises.
class HashTableTest : public testing::TestWithParam<bool> {
 protected:
  HashTablePtr make(const std::vector<HashTableEntry>& all) const {
    return GetParam() ? make_maglev_table(all, 65537) : make_hash_ring(all, 4096, 1 << 23);
  }
  static std::map<uint32_t, int> spread(const HashTable& table, int keys) {
    Random random(5);
    std::map<uint32_t, int> counts;
    for (int i = 0; i < keys; ++i) ++counts[table.find(random.next(), 0)];
    return counts;
  }
};

TEST_P(HashTableTest, spreads_keys_over_all_endpoints) {
  const auto counts = spread(*make(entries({1, 1, 1, 1, 1})), 50'000);
  ASSERT_EQ(counts.size(), 5);
  for (const auto& [position, count] : counts) EXPECT_NEAR(count, 10'000, 1200) << position;
}

TEST_P(HashTableTest, spreads_by_weight) {
  auto counts = spread(*make(entries({3, 1})), 40'000);
  EXPECT_NEAR(counts[0], 30'000, 1500);
}

TEST_P(HashTableTest, moves_few_keys_when_an_endpoint_leaves) {
  const auto all = entries(std::vector<double>(10, 1));
  const auto before = make(all);
  const auto after = make(without(all, 3));
  Random random(5);
  int moved = 0;
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t hash = random.next();
    const uint32_t old_home = before->find(hash, 0);
    const uint32_t new_home = after->find(hash, 0);
    if (old_home == 3) continue;  // these have to move
    moved += old_home != new_home ? 1 : 0;
  }
  EXPECT_LT(moved, GetParam() ? 20'000 / 20 : 1);  // Maglev disturbs a few others; a ring none
}

TEST_P(HashTableTest, places_alike_whatever_order_endpoints_are_learned_in) {
  auto all = entries({1, 1, 1, 1});
  const auto one = make(all);
  std::ranges::reverse(all);
  const auto other = make(all);
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t hash = random.next();
    EXPECT_EQ(one->find(hash, 0), other->find(hash, 0));
  }
}

TEST_P(HashTableTest, leads_to_other_endpoints_from_attempt_to_attempt) {
  const auto table = make(entries({1, 1, 1}));
  Random random(5);
  for (int i = 0; i < 100; ++i) {
    const uint64_t hash = random.next();
    std::map<uint32_t, int> seen;
    for (uint32_t attempt = 0; attempt < 32; ++attempt) ++seen[table->find(hash, attempt)];
    EXPECT_EQ(seen.size(), 3) << hash;
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, HashTableTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "maglev" : "ring"; });

TEST(HashRing, has_places_by_weight) {
  const auto ring = make_hash_ring(entries({3, 1}), 3, 1 << 20);
  std::map<uint32_t, int> seen;
  for (uint32_t attempt = 0; attempt < 4; ++attempt) ++seen[ring->find(0, attempt)];
  EXPECT_EQ(seen[0], 3);
  EXPECT_EQ(seen[1], 1);
}

TEST(HashRing, is_no_larger_than_allowed) {
  const auto ring = make_hash_ring(entries({1000, 1}), 1024, 10);
  std::map<uint32_t, int> seen;
  for (uint32_t attempt = 0; attempt < 10; ++attempt) ++seen[ring->find(0, attempt)];
  EXPECT_EQ(seen[0], 9);
  EXPECT_EQ(seen[1], 1);
}

TEST(HashRing, a_hash_beyond_the_last_place_belongs_to_the_first) {
  const auto ring = make_hash_ring(entries({1, 1}), 16, 1 << 20);
  EXPECT_EQ(ring->find(UINT64_MAX, 0), ring->find(0, 0));
}

TEST(MaglevTable, fills_every_slot) {
  const auto table = make_maglev_table(entries({1, 5, 1}), 251);
  std::map<uint32_t, int> seen;
  for (uint64_t slot = 0; slot < 251; ++slot) ++seen[table->find(slot, 0)];
  EXPECT_EQ(seen[0] + seen[1] + seen[2], 251);
  EXPECT_NEAR(seen[1], 251 * 5 / 7, 3);
}

}  // namespace
}  // namespace weft::proxy
