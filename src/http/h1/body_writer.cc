#include "http/h1/body_writer.h"

#include <algorithm>
#include <array>

#include "http/h1/serialize.h"

namespace weft::http::h1 {

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
  if (body_.kind == BodyKind::none && !data.empty()) return fail(Reason::internal, "writing a body that was not announced");
  if (body_.kind != BodyKind::length) return {};
  if (data.size() > left_) return fail(Reason::internal, "writing more than the announced length");
  left_ -= data.size();
  if (left_ == 0) done_ = true;
  if (part == Part::last && left_ > 0) return fail(Reason::internal, "writing less than the announced length");
  return {};
}

runtime::Task<Result<>> BodyWriter::write(std::string_view data, Part part, Time deadline) {
  // The caller's last, empty part of a body whose length was reached before.
  const bool repeated_end = done_ && !discard_ && body_.kind == BodyKind::length && left_ == 0 && data.empty();
  if (!repeated_end) WEFT_CO_CHECK(account(data, part));
  if (discard_) data = {};
  const bool chunked = body_.kind == BodyKind::chunked && !discard_;
  if (chunked && !data.empty()) append_chunk_line(pending_, data.size());
  std::string_view tail;
  if (chunked && part == Part::last) tail = data.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  else if (chunked && !data.empty()) tail = "\r\n";
  const auto part_of = [](std::string_view bytes) { return iovec{const_cast<char*>(bytes.data()), bytes.size()}; };
  std::array<iovec, 3> parts;
  size_t count = 0;
  for (const std::string_view bytes : {pending_.readable(), data, tail}) {
    if (!bytes.empty()) parts[count++] = part_of(bytes);
  }
  if (count == 0) co_return Result<>{};
  sent_ = true;
  auto sent = try_write({parts.data(), count});
  if (sent && *sent > 0) {
    if (auto rest = co_await net::write_parts(*stream_, {parts.data(), count}, deadline); !rest) {
      co_return std::unexpected(std::move(rest).error());
    }
  }
  pending_.clear();
  if (!sent) co_return std::unexpected(std::move(sent).error());
  co_return Result<>{};
}

// One write without a coroutine of its own: nearly always it takes everything. Advances the parts; the bytes left.
Result<size_t> BodyWriter::try_write(std::span<iovec> parts) {
  size_t left = 0;
  for (const iovec& part : parts) left += part.iov_len;
  const net::Io io = stream_->try_write(parts);
  if (io.would_block()) return left;
  if (!io.done()) return fail(system_error("writing", io.error));
  left -= io.size;
  if (left == 0) return left;
  size_t written = io.size;
  for (iovec& part : parts) {
    const size_t taken = std::min(written, part.iov_len);
    part = {static_cast<char*>(part.iov_base) + taken, part.iov_len - taken};
    written -= taken;
  }
  return left;
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
