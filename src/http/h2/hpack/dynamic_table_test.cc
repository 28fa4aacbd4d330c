#include "http/h2/hpack/dynamic_table.h"

#include <string>

#include <gtest/gtest.h>

namespace weft::http::h2::hpack {
namespace {

std::string line(const DynamicTable& table, uint64_t number) {
  const auto entry = table[number];
  return std::string(entry.name) + ": " + std::string(entry.value);
}

TEST(DynamicTable, HoldsItsNewestFieldsUpToItsSize) {
  DynamicTable table(100);
  table.insert("a", "1", {});
  table.insert("bb", "22", {});
  table.insert("ccc", "333", {});
  EXPECT_EQ(table.size(), 36u + 38u);  // RFC 7541 4.1: 32 for each; the first had to go
  EXPECT_EQ(table.count(), 2u);
  EXPECT_FALSE(table.has(0));
  EXPECT_EQ(line(table, 1), "bb: 22");
  EXPECT_EQ(line(table, 2), "ccc: 333");
  EXPECT_FALSE(table.has(3));
}

TEST(DynamicTable, IsEmptyAfterAFieldLargerThanItself) {
  DynamicTable table(50);
  table.insert("a", "1", {});
  table.insert("a", std::string(18, 'x'), {});
  EXPECT_EQ(table.count(), 0u);
  EXPECT_EQ(table.size(), 0u);
  table.insert("b", "2", {});
  EXPECT_EQ(line(table, 1), "b: 2");
}

TEST(DynamicTable, EvictsWhenItShrinks) {
  DynamicTable table(200);
  for (const char* name : {"a", "b", "c"}) table.insert(name, "1", {});
  table.resize(70);
  EXPECT_EQ(table.count(), 2u);
  EXPECT_EQ(line(table, 1), "b: 1");
  table.resize(0);
  EXPECT_EQ(table.count(), 0u);
}

TEST(DynamicTable, StaysRightOverManyInsertions) {
  DynamicTable table(4096);
  for (uint64_t number = 0; number < 20'000; ++number) {
    const std::string value(number % 150, static_cast<char>('a' + number % 26));
    table.insert("name-" + std::to_string(number), value, {});
    EXPECT_LE(table.size(), 4096u);
    const uint64_t oldest = table.inserted() - table.count();
    EXPECT_EQ(table[oldest].name, "name-" + std::to_string(oldest));
    EXPECT_EQ(table[oldest].value.size(), oldest % 150);
    EXPECT_EQ(table[number].value, value);
  }
}

TEST(DynamicTable, TakesAsManySmallFieldsAsTheSizeAllows) {
  DynamicTable table(4096);
  for (int i = 0; i < 1000; ++i) table.insert("", "", {});
  EXPECT_EQ(table.count(), 128u);
}

}  // namespace
}  // namespace weft::http::h2::hpack
