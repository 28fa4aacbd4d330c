#include "net/memory_stream.h"

#include <cerrno>

namespace weft::net {

std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> MemoryStream::connected(
    runtime::Reactor& reactor, size_t capacity) {
  std::unique_ptr<MemoryStream> left(new MemoryStream(reactor, capacity));
  std::unique_ptr<MemoryStream> right(new MemoryStream(reactor, capacity));
  left->peer_ = right.get();
  right->peer_ = left.get();
  left->ready_.mark_writable();
  right->ready_.mark_writable();
  return {std::move(left), std::move(right)};
}

MemoryStream::~MemoryStream() {
  if (peer_ == nullptr) return;
  peer_->peer_ = nullptr;
  peer_->ended_ = true;
  peer_->ready_.mark_hung_up();
  peer_->ready_.mark_readable();
  peer_->ready_.mark_writable();
}

Io MemoryStream::try_read(std::span<char> into) {
  if (reset_) return {.status = Io::Status::failed, .error = ECONNRESET};
  if (received_.empty()) {
    if (ended_) return {.status = Io::Status::end};
    ready_.clear_readable();
    return {.status = Io::Status::would_block};
  }
  const size_t size = std::min(into.size(), received_.size());
  received_.copy(into.data(), size);
  received_.erase(0, size);
  if (peer_ != nullptr) peer_->ready_.mark_writable();
  return {.status = Io::Status::done, .size = size};
}

Io MemoryStream::try_write(std::span<const iovec> parts) {
  if (peer_ == nullptr) return {.status = Io::Status::failed, .error = EPIPE};
  size_t written = 0;
  for (const iovec& part : parts) {
    const size_t room = capacity_ - peer_->received_.size();
    const size_t taken = std::min(room, part.iov_len);
    peer_->received_.append(static_cast<const char*>(part.iov_base), taken);
    written += taken;
  }
  if (written == 0) {
    ready_.clear_writable();
    return {.status = Io::Status::would_block};
  }
  peer_->ready_.mark_readable();
  return {.status = Io::Status::done, .size = written};
}

void MemoryStream::finish_writing() {
  if (peer_ == nullptr) return;
  peer_->ended_ = true;
  peer_->ready_.mark_readable();
}

void MemoryStream::reset() {
  if (peer_ == nullptr) return;
  peer_->reset_ = true;
  peer_->ready_.mark_hung_up();
  peer_->ready_.mark_readable();
}

}  // namespace weft::net
