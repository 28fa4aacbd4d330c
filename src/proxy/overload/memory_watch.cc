#include "proxy/overload/memory_watch.h"

#include "proxy/overload/pressure.h"

namespace weft::proxy {
namespace {

// Less is no room: every connection would have to look.
constexpr uint64_t kRoomMin = 64 * 1024;
constexpr Duration kBetweenLooks = std::chrono::milliseconds(1);

}  // namespace

uint64_t room_until_next_look(uint64_t used, uint64_t limit) {
  const uint64_t full = begins_at(Pressure::shrinking, limit);
  const uint64_t room = used < full ? (full - used) / 4 : 0;
  return room < kRoomMin ? 0 : room;
}

uint64_t MemoryWatch::look() {
  const uint64_t used = budget_.in_use();
  const uint64_t room = room_until_next_look(used, budget_.limit());
  used_.store(used, std::memory_order_relaxed);
  left_.store(static_cast<int64_t>(room), std::memory_order_relaxed);
  if (room == 0) next_look_.store(clock_->now() + kBetweenLooks, std::memory_order_relaxed);
  return used;
}

bool MemoryWatch::is_short() const {
  return used_.load(std::memory_order_relaxed) >= begins_at(Pressure::shedding, budget_.limit());
}

bool MemoryWatch::allows(size_t bytes) {
  if (budget_.limit() == 0) return true;
  const auto taken = static_cast<int64_t>(bytes);
  if (left_.fetch_sub(taken, std::memory_order_relaxed) >= taken) return true;
  if (clock_->now() >= next_look_.load(std::memory_order_relaxed)) {
    look();
    if (left_.fetch_sub(taken, std::memory_order_relaxed) >= taken) return true;
  }
  refusals_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

}  // namespace weft::proxy
