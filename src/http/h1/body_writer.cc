#include "http/h1/body_writer.h"

#include <algorithm>

#include "http/h1/serialize.h"
#include "runtime/end_of_turn.h"

namespace weft::http::h1 {
namespace {

// What is no longer than this goes behind its head, so that one send() takes both: copying it costs less than having
// the kernel gather two parts.
constexpr size_t kCopiedMax = 4096;

}  // namespace

void BodyWriter::start(BodyLength body, Send send) {
  body_ = body;
  left_ = body.bytes;
  discard_ = send == Send::discard;
  done_ = false;
  sent_ = false;
}

Result<> BodyWriter::account(std::string_view data, Part part) {
  if (done_) return fail(Reason::internal, "writing behind the end of a message");
  if (part == Part::last) done_ = true;
  if (discard_) return {};
  if (body_.kind == BodyKind::none && !data.empty())
    return fail(Reason::internal, "writing a body that was not announced");
  if (body_.kind != BodyKind::length) return {};
  if (data.size() > left_) return fail(Reason::internal, "writing more than the announced length");
  left_ -= data.size();
  if (left_ == 0) done_ = true;
  if (part == Part::last && left_ > 0) return fail(Reason::internal, "writing less than the announced length");
  return {};
}

// Puts what frames the data into pending() (before it) and gives what comes behind it.
std::string_view BodyWriter::frame(std::string_view data, Part part) {
  if (body_.kind != BodyKind::chunked || discard_) return {};
  if (!data.empty()) append_chunk_line(pending_, data.size());
  if (part == Part::last) return data.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  return data.empty() ? "" : "\r\n";
}

Result<bool> BodyWriter::try_write(std::string_view data, Part part) {
  // The caller's last, empty part of a body whose length was reached before.
  const bool repeated_end = done_ && !discard_ && body_.kind == BodyKind::length && left_ == 0 && data.empty();
  if (!repeated_end) WEFT_CHECK(account(data, part));
  if (discard_) data = {};
  std::string_view tail = frame(data, part);
  if (!pending_.empty() && data.size() <= kCopiedMax) {
    pending_.append(data);
    pending_.append(tail);
    data = tail = {};
  }
  part_count_ = 0;
  size_t size = 0;
  for (const std::string_view bytes : {pending_.readable(), data, tail}) {
    if (bytes.empty()) continue;
    parts_[part_count_++] = {const_cast<char*>(bytes.data()), bytes.size()};
    size += bytes.size();
  }
  if (part_count_ == 0) return true;
  sent_ = true;
  const net::Io io = stream_->try_write({parts_.data(), part_count_});
  if (io.would_block()) return false;
  if (!io.done()) return fail(system_error("writing", io.error));
  if (io.size == size) {
    pending_.clear();
    return true;
  }
  size_t written = io.size;
  for (iovec& bytes : parts_) {
    const size_t taken = std::min(written, bytes.iov_len);
    bytes = {static_cast<char*>(bytes.iov_base) + taken, bytes.iov_len - taken};
    written -= taken;
  }
  return false;
}

runtime::Task<Result<>> BodyWriter::write_rest(Time deadline) {
  auto written = co_await net::write_parts(*stream_, {parts_.data(), part_count_}, deadline);
  pending_.clear();
  co_return written;
}

runtime::Task<Result<>> BodyWriter::write(std::string_view data, Part part, Time deadline) {
  if (begins()) co_await runtime::EndOfTurn(stream_->readiness().reactor());
  const auto written = try_write(data, part);
  if (!written) co_return std::unexpected(written.error());
  if (*written) co_return Result<>{};
  co_return co_await write_rest(deadline);
}

runtime::Task<Result<>> BodyWriter::finish(const Headers& trailers, Time deadline) {
  if (body_.kind != BodyKind::chunked || trailers.empty()) co_return co_await write({}, Part::last, deadline);
  WEFT_CO_CHECK(account({}, Part::last));
  if (!discard_) append_last_chunk(pending_, trailers);
  co_return co_await flush(deadline);
}

runtime::Task<Result<>> BodyWriter::flush(Time deadline) {
  if (pending_.empty()) co_return Result<>{};
  sent_ = true;
  auto sent = co_await net::write_all(*stream_, pending_.readable(), deadline);
  pending_.clear();
  co_return sent;
}

}  // namespace weft::http::h1
