// RelayPool: the buffers and pipes that relayed bytes pass through, lent only while bytes are in flight: an idle
// connection holds neither.
#pragma once

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "net/splice_pipe.h"

namespace weft::net {

// Where bytes wait between a read and a write.
struct RelayBuffer {
  std::array<char, size_t{32} * 1024> bytes;
};

// One shard's. The one used last is lent first, so it is still in the processor's cache.
class RelayPool {
 public:
  std::unique_ptr<RelayBuffer> take_buffer() {
    auto spare = take(buffers_);
    return spare ? std::move(spare) : std::make_unique_for_overwrite<RelayBuffer>();
  }
  void give_back(std::unique_ptr<RelayBuffer> buffer) { keep(buffers_, std::move(buffer)); }

  // Nothing where none can be had: bytes then go through a buffer.
  std::unique_ptr<SplicePipe> take_pipe() {
    auto spare = take(pipes_);
    return spare ? std::move(spare) : SplicePipe::make();
  }
  // One that still holds bytes of a broken connection is closed.
  void give_back(std::unique_ptr<SplicePipe> pipe) {
    if (pipe && pipe->is_empty()) keep(pipes_, std::move(pipe));
  }
  void drop_spares() {
    buffers_.clear();
    pipes_.clear();
  }

 private:
  // Enough for all that are in flight at one moment of a busy shard; more are made and closed again.
  static constexpr size_t kKept = 32;

  template <class T>
  static std::unique_ptr<T> take(std::vector<std::unique_ptr<T>>& spares) {
    if (spares.empty()) return nullptr;
    auto spare = std::move(spares.back());
    spares.pop_back();
    return spare;
  }
  template <class T>
  static void keep(std::vector<std::unique_ptr<T>>& spares, std::unique_ptr<T> one) {
    if (one && spares.size() < kKept) spares.push_back(std::move(one));
  }

  std::vector<std::unique_ptr<RelayBuffer>> buffers_;
  std::vector<std::unique_ptr<SplicePipe>> pipes_;
};

}  // namespace weft::net
