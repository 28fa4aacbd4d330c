#include "http/h2/stream_pipe.h"

#include <cerrno>

#include "http/h2/stream.h"

namespace weft::http::h2 {

StreamPipe::StreamPipe(h2::Stream& stream) : stream_(&stream), readiness_(stream.reactor()) {
  use(readiness_);
  readiness_.mark_readable();
  readiness_.mark_writable();
}

net::Io StreamPipe::try_read(std::span<char> into) {
  if (const size_t size = stream_->take_received(into)) return {.status = net::Io::Status::done, .size = size};
  if (stream_->has_ended()) return {.status = net::Io::Status::end};
  if (stream_->is_over()) return {.status = net::Io::Status::failed, .error = ECONNRESET};
  readiness_.clear_readable();
  return {.status = net::Io::Status::would_block};
}

net::Io StreamPipe::try_write(std::span<const iovec> parts) {
  if (stream_->is_over()) return {.status = net::Io::Status::failed, .error = EPIPE};
  if (!waiting_.empty()) {
    readiness_.clear_writable();
    return {.status = net::Io::Status::would_block};
  }
  size_t size = 0;
  for (const iovec& part : parts) {
    const std::string_view bytes(static_cast<const char*>(part.iov_base), part.iov_len);
    const size_t sent = waiting_.empty() ? stream_->send_some(bytes) : 0;
    waiting_.append(bytes.substr(sent));
    size += bytes.size();
  }
  if (!waiting_.empty()) {
    readiness_.clear_writable();
    stream_->send_later(waiting_.readable());
  }
  return {.status = net::Io::Status::done, .size = size};
}

void StreamPipe::finish_writing() {
  if (waiting_.empty()) return stream_->finish();
  stream_->finish_later();
}

void StreamPipe::note_sent() {
  waiting_.clear();
  waiting_.release();
  readiness_.mark_writable();
}

}  // namespace weft::http::h2
