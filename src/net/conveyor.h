// Conveyor: one direction of a relay: takes bytes from one stream and gives them to another, as much as goes without
// waiting. Little data goes through a buffer, much through a kernel pipe: splicing costs more a call and less a byte.
#pragma once

#include <cstdint>
#include <memory>

#include "base/byte_buffer.h"
#include "net/relay_pool.h"
#include "net/stream.h"

namespace weft::net {

// Holds at most one buffer or one pipe of the pool, and that only while bytes are between the streams; so what the
// receiver does not take, the sender cannot send. All references outlive it. One reactor's thread.
class Conveyor {
 public:
  static constexpr uint64_t kAny = UINT64_MAX;  // as many as there will be

  // `bytes_max`: how many it takes from the sender, at most.
  Conveyor(Stream& from, Stream& to, RelayPool& pool, uint64_t bytes_max = kAny)
      : from_(&from), to_(&to), pool_(&pool), wanted_(bytes_max), knows_size_(bytes_max != kAny), splices_(is_bulk()) {}

  // What has to happen before move() can do more.
  enum class Step : uint8_t {
    wait_readable,   // the sender has to send
    wait_writable,   // the receiver has to take
    take_turns,      // nothing: it has moved so much that others should have their turn
    ended,           // the sender has finished or has sent all that is wanted, and that is passed on
    sender_broke,    // reading failed
    receiver_broke,  // writing failed
  };
  Step move();

  // Bytes that were received from the sender before; they go first.
  void start_with(ByteBuffer& early);

  uint64_t moved() const { return moved_; }

 private:
  bool can_splice() const;
  bool is_bulk() const;
  bool is_empty() const { return !early_ && begin_ == end_ && (!pipe_ || pipe_->is_empty()); }
  Io fill();
  Io take();
  void let_go();
  Io fill_buffer();
  Io fill_pipe();
  Io drain();

  Stream* from_;
  Stream* to_;
  RelayPool* pool_;
  std::unique_ptr<RelayBuffer> buffer_;
  std::unique_ptr<SplicePipe> pipe_;
  ByteBuffer* early_ = nullptr;
  uint32_t begin_ = 0;  // what the buffer holds
  uint32_t end_ = 0;
  uint64_t wanted_;  // bytes still to be taken from the sender
  bool knows_size_;
  bool splices_;
  size_t burst_ = 0;  // bytes since the sender was last dry
  uint64_t moved_ = 0;
};

}  // namespace weft::net
