// TimerWheel: deadlines of one reactor. Arming and disarming are O(1) and never allocate. Resolution one millisecond,
// rounded up, so that a timer never fires early. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "runtime/intrusive_list.h"

namespace weft::runtime {

// A deadline that never comes.
inline constexpr Time kNever = Time::max();

// Something that happens at a time. Owned by its user, who may destroy it at any moment: it then never fires.
class Timer : private Link<Timer> {
 public:
  virtual void fire() = 0;
  bool is_armed() const { return is_linked(); }
  void disarm() { unlink(); }

 protected:
  ~Timer() = default;

 private:
  friend class TimerWheel;
  friend class IntrusiveList<Timer, Timer>;
  uint64_t tick_ = 0;  // milliseconds since the wheel began
};

// Four levels of 256 slots: 1 ms, 256 ms, 65 s, 4.6 h. Deadlines beyond 49 days are clamped to that.
class TimerWheel {
 public:
  explicit TimerWheel(Time start) : start_(start) {}

  // Arms or moves the timer. kNever disarms it. A deadline that has passed fires at the next turn.
  void arm(Timer& timer, Time deadline);

  // Fires everything due by `now`.
  void advance(Time now);

  // When advance() should be called next; nothing if no timer is armed. May be early, never late.
  std::optional<Time> next_deadline();

 private:
  static constexpr int kLevels = 4;
  static constexpr uint64_t kSlots = 256;

  // One wheel of the hierarchy: each slot of it stands for a whole turn of the one below. The timers belong to whoever
  // waits.
  struct Level {
    std::array<IntrusiveList<Timer>, kSlots> slots;
    std::array<uint64_t, kSlots / 64> occupied{};  // a set bit may be stale (its timers left), never missing
  };

  void place(Timer& timer);
  void open_slots();
  std::optional<uint64_t> next_tick();
  std::optional<uint64_t> nearest_slot(int level);

  Time start_;
  uint64_t tick_ = 0;
  std::array<Level, kLevels> levels_;
};

}  // namespace weft::runtime
