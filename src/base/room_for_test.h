// RoomForTest: a memory guard that says what a test wants, and notes what it was asked for.
#pragma once

#include "base/memory_guard.h"

namespace weft {

class RoomForTest final : public MemoryGuard {
 public:
  bool allows(size_t bytes) override {
    asked += bytes;
    return is_open;
  }
  bool is_short() const override { return short_of_all; }

  bool is_open = false;
  bool short_of_all = false;
  size_t asked = 0;
};

}  // namespace weft
