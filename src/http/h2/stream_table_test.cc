#include "http/h2/stream_table.h"

#include <map>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "http/h2/quiet_stream_test.h"

namespace weft::http::h2 {
namespace {

TEST(StreamTable, finds_what_is_in_it) {
  StreamTable table;
  EXPECT_EQ(table.find(1), nullptr);
  QuietStream first;
  QuietStream second;
  table.insert(1, first);
  table.insert(33, second);  // the same place of a table of 16
  EXPECT_EQ(table.find(1), &first);
  EXPECT_EQ(table.find(33), &second);
  EXPECT_EQ(table.find(17), nullptr);
  table.erase(1, Ending::by_us);
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.find(33), &second);
}

TEST(StreamTable, agrees_with_a_map_after_many_changes) {
  StreamTable table;
  std::map<uint32_t, std::unique_ptr<QuietStream>> expected;
  std::mt19937 random(7);
  uint32_t id = 1;
  for (int step = 0; step < 20'000; ++step) {
    if (expected.size() < 150 && random() % 2 == 0) {
      auto& stream = expected[id] = std::make_unique<QuietStream>();
      table.insert(id, *stream);
      id += 2 * (1 + random() % 20);
    } else if (!expected.empty()) {
      const auto at = std::next(expected.begin(), random() % expected.size());
      table.erase(at->first, Ending::by_both_ends);
      expected.erase(at);
    }
    ASSERT_EQ(table.size(), expected.size());
    for (const auto& [known, stream] : expected) ASSERT_EQ(table.find(known), stream.get());
  }
}

TEST(StreamTable, knows_for_a_while_how_streams_ended) {
  StreamTable table;
  table.note_ended(1, Ending::by_us);
  table.note_ended(3, Ending::by_both_ends);
  EXPECT_EQ(table.ending_of(1), Ending::by_us);
  EXPECT_EQ(table.ending_of(3), Ending::by_both_ends);
  EXPECT_EQ(table.ending_of(5), Ending::unknown);
  for (uint32_t id = 5; id < 5 + 2 * 256; id += 2) table.note_ended(id, Ending::by_us);
  EXPECT_EQ(table.ending_of(1), Ending::unknown);
  EXPECT_EQ(table.ending_of(5), Ending::by_us);
}

TEST(StreamTable, walks_over_all) {
  StreamTable table;
  std::vector<std::unique_ptr<QuietStream>> streams;
  for (uint32_t id = 1; id < 100; id += 2) table.insert(id, *streams.emplace_back(std::make_unique<QuietStream>()));
  size_t count = 0;
  table.for_each([&](FramedStream&) { ++count; });
  EXPECT_EQ(count, 50u);
}

}  // namespace
}  // namespace weft::http::h2
