#include "http/h1/receiver.h"

#include <algorithm>

namespace weft::http::h1 {
namespace {

constexpr size_t kReadBytes = 16 * 1024;

}  // namespace

net::Io Receiver::try_fill() {
  if (!stream_->readiness().may_be_readable()) return {.status = net::Io::Status::would_block};
  const net::Io io = stream_->try_read(buffer_.reserve(buffer_.empty() ? kReadBytes : kReadBytesMin));
  if (io.done()) buffer_.commit(io.size);
  return io;
}

runtime::Task<Result<size_t>> Receiver::fill(Time deadline) {
  for (;;) {
    const net::Io io = try_fill();
    if (io.done()) co_return io.size;
    if (io.at_end()) co_return size_t{0};
    if (!io.would_block()) co_return fail(system_error("reading", io.error));
    const auto outcome = co_await stream_->readable(deadline);
    if (outcome != runtime::Wait::ready) co_return fail(net::wait_error(outcome, "reading"));
  }
}

Result<BodyPiece> Receiver::take(BodyDecoder& decoder) {
  BodyPiece piece;
  while (!decoder.is_done()) {
    if (!piece.data.empty() && decoder.expects_data()) break;
    const BodyDecoder::Step step = decoder.next(buffer_.readable());
    if (step.progress == Progress::failed) return fail(to_error(decoder.violation()));
    buffer_.consume(step.consumed);
    if (!step.data.empty()) piece.data = step.data;
    if (step.consumed == 0) break;
  }
  piece.part = decoder.is_done() ? Part::last : Part::more;
  return piece;
}

bool Receiver::is_quiet() {
  if (!buffer_.empty() || stream_->readiness().has_hung_up()) return false;
  return try_fill().would_block();
}

}  // namespace weft::http::h1
