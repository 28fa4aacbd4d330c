// SplicePipe: a kernel pipe through which bytes pass from one socket to another without being copied into this process
// (splice(2)).
#pragma once

#include <memory>

#include "net/fd.h"
#include "net/stream.h"

namespace weft::net {

// Whether the receiver may wait for more bytes before it sends what it has (SPLICE_F_MORE).
enum class Corking : uint8_t { flush, more_follows };

// Used by one direction of one connection at a time; both streams must be sockets. One thread.
class SplicePipe {
 public:
  // Nothing when descriptors, or the memory that pipes may use, have run out.
  static std::unique_ptr<SplicePipe> make();

  // Takes what `from` has received, at most `size_max` bytes, into the pipe, which must be empty. `done` may mean fewer
  // bytes than were there.
  Io try_fill(Stream& from, size_t size_max);
  // Sends what the pipe holds; `done` may mean a part of it.
  Io try_drain(Stream& to, Corking corking);

  size_t size() const { return size_; }
  bool is_empty() const { return size_ == 0; }

 private:
  SplicePipe(Fd read_end, Fd write_end) : read_end_(std::move(read_end)), write_end_(std::move(write_end)) {}

  Fd read_end_;
  Fd write_end_;
  size_t size_ = 0;
};

}  // namespace weft::net
