#include "http/h2/stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "http/h2/session.h"
#include "http/h2/stream_pipe.h"

namespace weft::http::h2 {

Stream::Stream(Session& session, Side peer)
    : reactor_(&session.reactor()),
      session_(&session),
      reader_(session.reactor()),
      writer_(session.reactor()),
      memory_(session.memory() == nullptr ? std::make_unique<StreamMemory>() : session.memory()->take()),
      pool_(session.memory()),
      peer_(peer) {}

Stream::~Stream() {
  if (pool_ != nullptr) pool_->give_back(std::move(memory_));
}

// RFC 9113 7. Only REFUSED_STREAM promises that nothing was done (8.7).
Error Stream::error_of(ErrorCode code) const {
  if (code == ErrorCode::refused_stream)
    return {.reason = Reason::unavailable,
            .detail = "the peer refused the HTTP/2 stream",
            .side = peer_,
            .retry = Retry::safe};
  return {.reason = Reason::reset,
          .detail = "the HTTP/2 stream was reset, error code " + std::to_string(static_cast<uint32_t>(code)),
          .side = peer_};
}

Error Stream::timed_out(std::string_view doing) const {
  Error error = net::wait_error(runtime::Wait::timed_out, doing);
  error.side = peer_;
  return error;
}

BodyLength Stream::announced_length(const Headers& head) {
  const auto announced = head.get(HeaderId::content_length);
  const auto size = announced ? parse_unsigned(*announced) : std::nullopt;
  return size ? BodyLength::known(*size) : BodyLength::chunked();
}

runtime::Task<Result<>> Stream::write(std::string_view bytes, Time deadline, Part part) {
  WEFT_ASSERT(!finished_ && pending_.empty());
  if (failure_) co_return fail(*failure_);
  if (closed_) co_return fail(error_of(ErrorCode::no_error));
  pending_ = bytes;
  pending_part_ = part;
  // The bytes are the caller's: whichever way this coroutine ends, nobody may look at them afterwards.
  const struct Forget {
    ~Forget() { *pending = {}; }
    std::string_view* pending;
  } forget{&pending_};
  send_pending();
  while (!pending_.empty()) {
    const auto outcome = co_await writer_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("sending on an HTTP/2 stream"));
    if (pending_.empty()) break;
    if (failure_) co_return fail(*failure_);
    if (closed_) co_return fail(error_of(ErrorCode::no_error));
  }
  co_return Result<>{};
}

void Stream::send_pending() {
  if (session_ == nullptr || closed_) return;
  pending_.remove_prefix(session_->framing().send(*this, pending_, pending_part_));
  if (pending_.empty() && pending_part_ == Part::last) finished_ = true;
  session_->pump();
}

void Stream::on_writable() {
  send_pending();
  if (pending_.empty()) wake_writer();
}

void Stream::wake_reader() {
  reader_.wake(runtime::Wait::ready);
  if (pipe_) pipe_->note_received();
}

// What waits in a pipe has gone, or has nowhere to go.
void Stream::wake_writer() {
  writer_.wake(runtime::Wait::ready);
  if (!pipe_) return;
  pending_ = {};
  pipe_->note_sent();
}

void Stream::finish(const Headers& trailers) {
  finished_ = true;
  if (session_ == nullptr || closed_) return;
  if (trailers.empty()) {
    session_->framing().send(*this, {}, Part::last);
  } else {
    session_->framing().send_trailers(*this, trailers);
  }
  session_->pump();
}

runtime::Task<Result<size_t>> Stream::read(std::span<char> into, Time deadline) {
  if (memory_->handed_out.empty()) {
    WEFT_CO_TRY(const BodyPiece piece, co_await read_piece(deadline));
    if (piece.data.empty()) co_return size_t{0};
  }
  const size_t taken = std::min(into.size(), memory_->handed_out.size());
  memory_->handed_out.readable().copy(into.data(), taken);
  memory_->handed_out.consume(taken);
  note_consumed(taken);
  co_return taken;
}

StreamPipe& Stream::pipe() {
  if (!pipe_) pipe_ = std::make_unique<StreamPipe>(*this);
  return *pipe_;
}

size_t Stream::take_received(std::span<char> into) {
  ByteBuffer& received = memory_->received;
  const size_t taken = received.readable().copy(into.data(), into.size());
  received.consume(taken);
  if (taken > 0) note_consumed(taken);
  return taken;
}

size_t Stream::send_some(std::string_view bytes) {
  const size_t sent = session_->framing().send(*this, bytes, Part::more);
  session_->pump();
  return sent;
}

void Stream::give_back_window() {
  if (memory_->handed_out.empty()) return;
  note_consumed(memory_->handed_out.size());
  memory_->handed_out.clear();
}

// So much more may the peer send.
void Stream::note_consumed(size_t size) {
  if (session_ == nullptr) return;
  session_->framing().consumed(*this, size);
  session_->pump();
}

Result<BodyPiece> Stream::received_piece() {
  give_back_window();
  if (memory_->received.empty() && !ended_ && failure_) return fail(*failure_);
  std::swap(memory_->received, memory_->handed_out);
  return BodyPiece{.data = memory_->handed_out.readable(), .part = ended_ ? Part::last : Part::more};
}

runtime::Task<Result<BodyPiece>> Stream::read_piece(Time deadline) {
  for (;;) {
    auto piece = received_piece();
    if (!piece || !piece->data.empty() || piece->is_last()) co_return piece;
    const auto outcome = co_await reader_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("reading from an HTTP/2 stream"));
  }
}

bool Stream::on_field(const hpack::DecodedField& field) {
  if (section_ == Section::head) return on_head_field(field);
  memory_->trailers.add_parsed({field.name, field.value, field.kind.id, field.indexing});
  return true;
}

void Stream::on_section_end() {
  if (section_ != Section::head) {
    section_ = Section::trailers;
  } else if (on_head_end()) {
    section_ = Section::body;
    wake_reader();
  }
}

void Stream::on_data(std::string_view bytes) {
  has_data_ = true;
  memory_->received.append(bytes);
  wake_reader();
}

void Stream::on_end() {
  ended_ = true;
  wake_reader();
}

void Stream::on_closed(ErrorCode code) {
  const bool was_whole = ended_ && is_sent();
  closed_ = true;
  refused_ = code == ErrorCode::refused_stream;
  reset_ = !ended_;
  if (!ended_) fail_with(error_of(code));
  if (!was_whole) on_lost();
  wake_writer();
}

void Stream::on_broken(Error why) {
  closed_ = true;
  why.side = peer_;
  fail_with(std::move(why));
  on_lost();
}

void Stream::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  wake_reader();
  wake_writer();
}

void Stream::lose_session(const Error& why) {
  session_ = nullptr;
  closed_ = true;
  if (!ended_) {
    Error error = why;
    error.side = peer_;
    const bool given_up = why.reason == Reason::closed || why.reason == Reason::reset;
    error.retry = given_up && section_ == Section::head ? Retry::safe : Retry::unsafe;
    fail_with(std::move(error));
  }
  on_lost();
  wake_writer();
}

void Stream::give_up(ErrorCode code) {
  if (session_ == nullptr || closed_ || id() == 0) return;
  session_->framing().reset(*this, code);
  closed_ = true;
  session_->pump();
}

void Stream::abandon(ErrorCode code) {
  if (session_ == nullptr || id() == 0) return;
  session_->framing().reset(*this, code);
  // Unread bytes still count against the connection's window.
  if (const size_t unread = memory_->received.size() + memory_->handed_out.size(); unread > 0)
    session_->framing().consumed(*this, unread);
  session_->pump();
  session_ = nullptr;
}

}  // namespace weft::http::h2
