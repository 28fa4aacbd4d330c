#include "runtime/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace weft::runtime {
namespace {

constexpr auto kTick = std::chrono::milliseconds(1);
constexpr int kBits = 8;  // 256 slots a level

}  // namespace

void TimerWheel::arm(Timer& timer, Time deadline) {
  timer.disarm();
  if (deadline == kNever) return;
  const auto since_start = std::max(deadline - start_, Duration::zero());
  const auto rounded_up = static_cast<uint64_t>((since_start + kTick - Duration(1)) / kTick);
  constexpr uint64_t kFarthest = (1ULL << (kBits * kLevels)) - 1;
  timer.tick_ = std::clamp(rounded_up, tick_ + 1, tick_ + kFarthest);
  place(timer);
}

void TimerWheel::place(Timer& timer) {
  const uint64_t distance = timer.tick_ - tick_;
  int level = 0;
  while (distance >= (kSlots << (kBits * level))) ++level;
  const uint64_t slot = (timer.tick_ >> (kBits * level)) % kSlots;
  levels_[level].slots[slot].push_back(timer);
  levels_[level].occupied[slot / 64] |= 1ULL << (slot % 64);
}

// Distance in ticks from now to the start of the nearest occupied slot of a level. Clears stale bits on the way.
std::optional<uint64_t> TimerWheel::nearest_slot(int level) {
  Level& ring = levels_[level];
  const uint64_t current = (tick_ >> (kBits * level)) % kSlots;
  std::optional<uint64_t> nearest;
  for (uint64_t word = 0; word < ring.occupied.size(); ++word) {
    for (uint64_t bits = ring.occupied[word]; bits != 0; bits &= bits - 1) {
      const uint64_t slot = word * 64 + static_cast<uint64_t>(std::countr_zero(bits));
      if (ring.slots[slot].empty()) {
        ring.occupied[word] &= ~(1ULL << (slot % 64));
        continue;
      }
      const uint64_t slots_ahead = slot == current ? kSlots : (slot - current) % kSlots;
      const uint64_t start = ((tick_ >> (kBits * level)) + slots_ahead) << (kBits * level);
      nearest = std::min(nearest.value_or(start), start);
    }
  }
  return nearest;
}

std::optional<uint64_t> TimerWheel::next_tick() {
  std::optional<uint64_t> next;
  for (int level = 0; level < kLevels; ++level) {
    if (const auto start = nearest_slot(level)) next = std::min(next.value_or(*start), *start);
  }
  return next;
}

std::optional<Time> TimerWheel::next_deadline() {
  const auto next = next_tick();
  if (!next) return std::nullopt;
  return start_ + *next * kTick;
}

// At the current tick: spreads the slots of higher levels that begin here over lower ones, then fires level 0's slot.
void TimerWheel::open_slots() {
  for (int level = kLevels - 1; level >= 1; --level) {
    if (tick_ % (1ULL << (kBits * level)) != 0) continue;
    IntrusiveList<Timer> opened;
    opened.take(levels_[level].slots[(tick_ >> (kBits * level)) % kSlots]);
    while (!opened.empty()) place(opened.pop_front());
  }
  IntrusiveList<Timer> due;
  due.take(levels_[0].slots[tick_ % kSlots]);
  while (!due.empty()) due.pop_front().fire();
}

void TimerWheel::advance(Time now) {
  const auto target = static_cast<uint64_t>(std::max(now - start_, Duration::zero()) / kTick);
  while (tick_ < target) {
    const auto next = next_tick();
    if (!next || *next > target) {
      tick_ = target;
      return;
    }
    tick_ = *next;
    open_slots();
  }
}

}  // namespace weft::runtime
