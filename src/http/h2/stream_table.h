// StreamTable: the streams of a connection by id, and which ids were in use lately.
#pragma once

#include <cstdint>
#include <vector>

#include "http/h2/framed_stream.h"

namespace weft::http::h2 {

// How a stream that is gone ended: frames for it mean different things (RFC 9113 5.1).
enum class Ending : uint8_t { unknown, by_both_ends, by_us };

// One connection's. Ids are never used again (RFC 9113 5.1.1), so the low bits of those that are open hardly ever meet.
class StreamTable {
 public:
  FramedStream* find(uint32_t id) const {
    if (slots_.empty()) return nullptr;
    for (size_t at = place(id);; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.stream == nullptr || slot.id == id) return slot.stream;
    }
  }
  void insert(uint32_t id, FramedStream& stream);
  void erase(uint32_t id, Ending ending);
  // Of a stream that never came in.
  void note_ended(uint32_t id, Ending ending);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Of an id that is not in the table. `unknown` for those that ended long ago or never were.
  Ending ending_of(uint32_t id) const;

  // Calls `each(FramedStream&)` for all; it must not change the table.
  template <class Each>
  void for_each(Each each) const {
    for (const Slot& slot : slots_) {
      if (slot.stream != nullptr) each(*slot.stream);
    }
  }

  // Idle connections hold no table.
  void release_memory();

 private:
  // A place of the hash table; without a stream it is free. Streams belong to their users.
  struct Slot {
    uint32_t id = 0;
    FramedStream* stream = nullptr;
  };
  // A stream that is over, remembered for the frames that were on their way.
  struct Ended {
    uint32_t id;
    Ending ending;
  };
  // More than a peer may have open, so that whatever is on its way when we reset all of them is still known.
  static constexpr size_t kEndedMax = 256;

  size_t mask() const { return slots_.size() - 1; }
  size_t place(uint32_t id) const { return (id >> 1) & mask(); }
  void put(const Slot& slot);
  void close_gap(size_t hole);
  void grow();

  std::vector<Slot> slots_;  // open addressing; its size a power of two
  size_t size_ = 0;
  size_t displaced_ = 0;      // streams that are not in their own place
  std::vector<Ended> ended_;  // a ring
  size_t ended_next_ = 0;
};

}  // namespace weft::http::h2
