#include "http/h2/stream_table.h"

#include <utility>

#include "base/assert.h"

namespace weft::http::h2 {

void StreamTable::put(const Slot& slot) {
  size_t at = place(slot.id);
  if (slots_[at].stream != nullptr) ++displaced_;
  while (slots_[at].stream != nullptr) at = (at + 1) & mask();
  slots_[at] = slot;
}

void StreamTable::grow() {
  std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
  old.swap(slots_);
  displaced_ = 0;
  for (const Slot& slot : old) {
    if (slot.stream != nullptr) put(slot);
  }
}

void StreamTable::insert(uint32_t id, FramedStream& stream) {
  if ((size_ + 1) * 2 > slots_.size()) grow();
  put({id, &stream});
  ++size_;
}

void StreamTable::erase(uint32_t id, Ending ending) {
  size_t hole = place(id);
  if (slots_[hole].id != id) --displaced_;
  while (slots_[hole].id != id || slots_[hole].stream == nullptr) hole = (hole + 1) & mask();
  slots_[hole] = {};
  if (displaced_ > 0) close_gap(hole);
  --size_;
  note_ended(id, ending);
}

// Those behind it that met it on their way move up, so that no search stops too early.
void StreamTable::close_gap(size_t hole) {
  for (size_t at = (hole + 1) & mask(); slots_[at].stream != nullptr; at = (at + 1) & mask()) {
    const size_t home = place(slots_[at].id);
    if (((at - home) & mask()) < ((at - hole) & mask())) continue;
    slots_[hole] = std::exchange(slots_[at], {});
    if (home == hole) --displaced_;
    hole = at;
  }
}

void StreamTable::note_ended(uint32_t id, Ending ending) {
  if (ended_.size() < kEndedMax) {
    ended_.push_back({id, ending});
  } else {
    ended_[ended_next_] = {id, ending};
    ended_next_ = (ended_next_ + 1) % kEndedMax;
  }
}

Ending StreamTable::ending_of(uint32_t id) const {
  for (const Ended& ended : ended_) {
    if (ended.id == id) return ended.ending;
  }
  return Ending::unknown;
}

void StreamTable::release_memory() {
  WEFT_ASSERT(empty());
  slots_ = {};
}

}  // namespace weft::http::h2
