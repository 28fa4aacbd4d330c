#include "net/conveyor.h"

#include <algorithm>

namespace weft::net {
namespace {

// From so much in one burst on, bytes are spliced: below it a copy costs less than the second pass through a pipe.
constexpr size_t kBulkBytes = sizeof(RelayBuffer);
// What one splice may take: as much as a pipe of ours holds.
constexpr size_t kSpliceBytes = size_t{256} * 1024;
// About a tenth of a millisecond of work.
constexpr size_t kTurnBytes = size_t{512} * 1024;

}  // namespace

// Streams in memory cannot be spliced.
bool Conveyor::can_splice() const {
  return from_->fd() >= 0 && to_->fd() >= 0;
}

// Known beforehand, where the sender's message says how long it is.
bool Conveyor::is_bulk() const {
  return knows_size_ && wanted_ >= kBulkBytes && can_splice();
}

void Conveyor::start_with(ByteBuffer& early) {
  if (!early.empty()) early_ = &early;
}

Conveyor::Step Conveyor::move() {
  for (size_t moved_now = 0; moved_now < kTurnBytes;) {
    if (is_empty()) {
      const Io filled = fill();
      if (filled.would_block()) return Step::wait_readable;
      if (filled.at_end()) return Step::ended;
      if (!filled.done()) return Step::sender_broke;
    }
    const Io drained = drain();
    if (drained.would_block()) return Step::wait_writable;
    if (!drained.done()) return Step::receiver_broke;
    moved_ += drained.size;
    moved_now += drained.size;
  }
  return Step::take_turns;
}

// Takes what the sender has. Where that is nothing, nothing is held on to either.
Io Conveyor::fill() {
  const Io filled = take();
  if (filled.done()) {
    wanted_ -= filled.size;
    burst_ += filled.size;
    splices_ = splices_ || (burst_ >= kBulkBytes && can_splice());
    return filled;
  }
  splices_ = is_bulk() || (splices_ && burst_ >= kBulkBytes);
  burst_ = 0;
  let_go();
  return filled;
}

Io Conveyor::take() {
  if (wanted_ == 0) return {.status = Io::Status::end};
  if (!from_->readiness().may_be_readable()) return {.status = Io::Status::would_block};
  return splices_ ? fill_pipe() : fill_buffer();
}

void Conveyor::let_go() {
  pool_->give_back(std::move(buffer_));
  pool_->give_back(std::move(pipe_));
}

Io Conveyor::fill_buffer() {
  if (!buffer_) buffer_ = pool_->take_buffer();
  const auto room = static_cast<size_t>(std::min<uint64_t>(buffer_->bytes.size(), wanted_));
  const Io io = from_->try_read(std::span(buffer_->bytes).first(room));
  begin_ = 0;
  end_ = io.done() ? static_cast<uint32_t>(io.size) : 0;
  return io;
}

Io Conveyor::fill_pipe() {
  if (!pipe_) pipe_ = pool_->take_pipe();
  const auto size = static_cast<size_t>(std::min<uint64_t>(kSpliceBytes, wanted_));
  return pipe_ ? pipe_->try_fill(*from_, size) : fill_buffer();
}

Io Conveyor::drain() {
  if (pipe_ && !pipe_->is_empty()) return pipe_->try_drain(*to_, Corking::flush);
  const std::string_view held =
      early_ ? early_->readable() : std::string_view(buffer_->bytes.data() + begin_, end_ - begin_);
  const iovec part{const_cast<char*>(held.data()), held.size()};
  const Io io = to_->try_write({&part, 1});
  if (!io.done()) return io;
  if (!early_) begin_ += static_cast<uint32_t>(io.size);
  if (early_) early_->consume(io.size);
  if (early_ && early_->empty()) early_ = nullptr;
  return io;
}

}  // namespace weft::net
