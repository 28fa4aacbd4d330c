#include "control/mesh/persistent_map.h"

#include <map>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weft::control::mesh {
namespace {

template <class Value>
std::map<std::string, Value> contents(const PersistentMap<Value>& map) {
  std::map<std::string, Value> all;
  map.each([&](const std::string& key, const Value& value) { all.emplace(key, value); });
  return all;
}

TEST(PersistentMap, AnOlderCopyStaysAsItWas) {
  PersistentMap<int> map;
  map.put("a", 1);
  auto older = map;
  map.put("a", 2);
  map.put("b", 3);
  map.erase("a");
  EXPECT_EQ(contents(older), (std::map<std::string, int>{{"a", 1}}));
  EXPECT_EQ(contents(map), (std::map<std::string, int>{{"b", 3}}));
}

TEST(PersistentMap, ErasingAnUnknownKeyChangesNothing) {
  PersistentMap<int> map;
  map.put("a", 1);
  map.erase("b");
  EXPECT_EQ(map.size(), 1U);
}

TEST(PersistentMap, AgreesWithAnOrdinaryMapThroughManyChanges) {
  Random random(7);
  PersistentMap<uint64_t> map;
  std::map<std::string, uint64_t> expected;
  for (uint64_t step = 0; step < 5000; ++step) {
    auto key = "key-" + std::to_string(random.below(300));
    if (random.below(3) == 0) {
      map.erase(key);
      expected.erase(key);
    } else {
      map.put(key, step);
      expected[key] = step;
    }
    ASSERT_EQ(map.size(), expected.size());
  }
  EXPECT_EQ(contents(map), expected);
  for (const auto& [key, value] : expected) EXPECT_EQ(*map.find(key), value);
}

}  // namespace
}  // namespace weft::control::mesh
