#include "runtime/frame_pool.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/counted_for_test.h"

namespace weft::runtime {
namespace {

std::vector<void*> take(size_t count, size_t size) {
  std::vector<void*> frames(count);
  for (void*& frame : frames) frame = FramePool::allocate(size);
  return frames;
}

void release(const std::vector<void*>& frames, size_t size) {
  for (void* frame : frames) FramePool::release(frame, size);
}

class FramePoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!FramePool::kRecycles) GTEST_SKIP() << "frames come from malloc under sanitizers";
    FramePool::drop_spares();
  }
  void TearDown() override { FramePool::drop_spares(); }
};

TEST_F(FramePoolTest, FramesOfOneClassServeEachOther) {
  const std::vector<void*> first = take(100, 1000);
  release(first, 1000);
  const uint64_t before = allocations;
  const std::vector<void*> second = take(100, 961);  // 961 to 1024 bytes are one class
  EXPECT_EQ(allocations - before, 1u);               // the vector
  release(second, 961);
}

TEST_F(FramePoolTest, FramesOfAnotherClassAreLeftAlone) {
  release(take(1, 1000), 1000);
  const uint64_t before = allocations;
  void* const frame = FramePool::allocate(960);
  EXPECT_EQ(allocations - before, 1u);
  FramePool::release(frame, 960);
}

TEST_F(FramePoolTest, WhatABurstLeavesGoesBackBeyondTheBound) {
  const std::vector<void*> burst = take(1000, 1024);
  const uint64_t before = deallocations;
  release(burst, 1024);
  EXPECT_EQ(deallocations - before, 1000u - 256u);  // 256 KiB stay
}

TEST_F(FramePoolTest, ASpareThatIsTakenMakesRoomForAnother) {
  const std::vector<void*> burst = take(257, 1024);
  release({burst.begin(), burst.begin() + 256}, 1024);
  void* const frame = FramePool::allocate(1024);
  const uint64_t before = deallocations;
  FramePool::release(burst.back(), 1024);
  EXPECT_EQ(deallocations - before, 0u);
  FramePool::release(frame, 1024);
  EXPECT_EQ(deallocations - before, 1u);
}

TEST_F(FramePoolTest, LargeFramesAreNeverKept) {
  void* const frame = FramePool::allocate(4097);
  const uint64_t before = deallocations;
  FramePool::release(frame, 4097);
  EXPECT_EQ(deallocations - before, 1u);
}

TEST_F(FramePoolTest, AllSparesCanBeDroppedAndTheBoundHoldsAnew) {
  release(take(256, 1024), 1024);
  uint64_t before = deallocations;
  FramePool::drop_spares();
  EXPECT_EQ(deallocations - before, 256u);
  const std::vector<void*> again = take(256, 1024);
  before = deallocations;
  release(again, 1024);
  EXPECT_EQ(deallocations - before, 0u);
}

TEST_F(FramePoolTest, AFrameJoinsTheSparesOfTheThreadThatFreesIt) {
  void* const frame = FramePool::allocate(1024);
  std::thread([frame] {
    FramePool::release(frame, 1024);
    const uint64_t before = allocations;
    void* const same = FramePool::allocate(1024);
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(same, frame);
    FramePool::release(same, 1024);
  }).join();
}

}  // namespace
}  // namespace weft::runtime
