// Time is passed in, never read from a global: everything that waits or stamps takes a Clock. Tests use ManualClock.
#pragma once

#include <chrono>
#include <cstdint>

namespace weft {

using Duration = std::chrono::nanoseconds;

// A point on the monotonic clock; only differences mean anything.
using Time = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// A point on the wall clock, nanoseconds since 1970 (UTC).
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Where time comes from. Implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual WallTime wall_now() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Time now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }
  WallTime wall_now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

// A clock that stands still until a test moves it. One thread.
class ManualClock final : public Clock {
 public:
  Time now() const override { return now_; }
  WallTime wall_now() const override {
    return WallTime{} + std::chrono::hours(24 * 365 * 50) + now_.time_since_epoch();
  }
  void advance(Duration by) { now_ += by; }

 private:
  Time now_{};
};

}  // namespace weft
