#include "runtime/slab.h"

#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace weft::runtime {
namespace {

class SlabTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!FramePool::kRecycles) GTEST_SKIP() << "records come from malloc under sanitizers";
  }
  void take(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      records_.push_back(slab_.allocate());
      std::memset(records_.back(), static_cast<int>(records_.size()), 100);
    }
  }
  void give_back() {
    for (void* record : records_) slab_.release(record);
    records_.clear();
  }

  Slab slab_{100};
  std::vector<void*> records_;
};

TEST_F(SlabTest, RecordsLieSideBySide) {
  const size_t count = slab_.records_per_chunk();
  EXPECT_GT(count * 112, Slab::kChunkBytes - 256);
  take(count);
  EXPECT_EQ(slab_.chunks(), 1u);
  EXPECT_EQ(std::set(records_.begin(), records_.end()).size(), count);
  EXPECT_EQ(static_cast<char*>(records_[1]) - static_cast<char*>(records_[0]), 112);
  give_back();
}

TEST_F(SlabTest, AFreedPlaceIsUsedBeforeAFreshOne) {
  take(3);
  void* const freed = records_[1];
  slab_.release(freed);
  records_[1] = slab_.allocate();
  EXPECT_EQ(records_[1], freed);
  give_back();
}

TEST_F(SlabTest, EmptyChunksGoBackButForOne) {
  take(3 * slab_.records_per_chunk());
  EXPECT_EQ(slab_.chunks(), 3u);
  give_back();
  EXPECT_EQ(slab_.chunks(), 1u);
}

TEST_F(SlabTest, ARecordThatComesAndGoesAtTheEdgeOfAChunkMapsNothing) {
  take(slab_.records_per_chunk());
  for (int i = 0; i < 3; ++i) {
    slab_.release(slab_.allocate());
    EXPECT_EQ(slab_.chunks(), 2u);
  }
  give_back();
}

TEST_F(SlabTest, PlacesInFullChunksAreUsedAgain) {
  take(2 * slab_.records_per_chunk());
  for (const size_t at : {size_t{5}, slab_.records_per_chunk() + 5}) slab_.release(records_[at]);
  for (const size_t at : {size_t{5}, slab_.records_per_chunk() + 5}) records_[at] = slab_.allocate();
  EXPECT_EQ(slab_.chunks(), 2u);
  give_back();
}

}  // namespace
}  // namespace weft::runtime
