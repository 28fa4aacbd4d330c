// StreamMemory: what of a stream has memory that is worth using again: heads, trailers, and the bytes of a body that
// wait to be read.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "base/byte_buffer.h"
#include "http/message.h"

namespace weft::http::h2 {

// One stream's at a time.
struct StreamMemory {
  RequestHead request;    // of a server's stream
  ResponseHead response;  // of a client's
  Headers trailers;
  ByteBuffer received;
  ByteBuffer handed_out;  // what the last piece shows

  // Forgets what is in it. Memory beyond the usual goes.
  void clear();
};

// One shard's; outlives the streams. In steady state nothing here allocates.
class StreamMemoryPool {
 public:
  std::unique_ptr<StreamMemory> take() {
    if (idle_.empty()) return std::make_unique<StreamMemory>();
    std::unique_ptr<StreamMemory> memory = std::move(idle_.back());
    idle_.pop_back();
    return memory;
  }
  void give_back(std::unique_ptr<StreamMemory> memory) {
    if (idle_.size() >= kIdleMax) return;
    memory->clear();
    idle_.push_back(std::move(memory));
  }
  void drop_spares() { idle_.clear(); }

 private:
  static constexpr size_t kIdleMax = 256;  // as many requests as one shard usually has under way

  std::vector<std::unique_ptr<StreamMemory>> idle_;
};

}  // namespace weft::http::h2
