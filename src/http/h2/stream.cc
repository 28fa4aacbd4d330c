#include "http/h2/stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "http/h2/session.h"

namespace weft::http::h2 {

Stream::Stream(Session& session, Side peer, const Settings& settings)
    : reactor_(&session.reactor()),
      session_(&session),
      reader_(session.reactor()),
      writer_(session.reactor()),
      peer_(peer),
      settings_(settings) {}

// RFC 9113 7. Only REFUSED_STREAM promises that nothing was done (8.7).
Error Stream::error_of(uint32_t code) const {
  if (code == static_cast<uint32_t>(ErrorCode::refused_stream))
    return {.reason = Reason::unavailable,
            .detail = "the peer refused the HTTP/2 stream",
            .side = peer_,
            .retry = Retry::safe};
  return {.reason = Reason::reset,
          .detail = "the HTTP/2 stream was reset, error code " + std::to_string(code),
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

runtime::Task<Result<>> Stream::write(std::string_view bytes, Time deadline) {
  WEFT_ASSERT(!finished_);
  while (!bytes.empty()) {
    if (failure_) co_return fail(*failure_);
    if (closed_) co_return fail(error_of(static_cast<uint32_t>(ErrorCode::no_error)));
    if (outgoing_.size() >= kOutgoingMax) {
      const auto outcome = co_await writer_.wait(deadline);
      if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("sending on an HTTP/2 stream"));
      continue;
    }
    const size_t taken = std::min(bytes.size(), kOutgoingMax - outgoing_.size());
    outgoing_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    session_->framing().resume(id_);
    session_->pump();
  }
  co_return Result<>{};
}

void Stream::finish(const Headers& trailers) {
  finished_ = true;
  if (!trailers.empty()) trailers_out_ = trailers;
  if (session_ == nullptr || closed_) return;
  session_->framing().resume(id_);
  session_->pump();
}

runtime::Task<Result<size_t>> Stream::read(std::span<char> into, Time deadline) {
  if (handed_out_.empty()) {
    WEFT_CO_TRY(const BodyPiece piece, co_await read_piece(deadline));
    if (piece.data.empty()) co_return size_t{0};
  }
  const size_t taken = std::min(into.size(), handed_out_.size());
  handed_out_.readable().copy(into.data(), taken);
  handed_out_.consume(taken);
  if (session_ != nullptr) {
    session_->framing().consumed(id_, taken);
    session_->pump();
  }
  co_return taken;
}

void Stream::give_back_window() {
  if (handed_out_.empty()) return;
  if (session_ != nullptr) {
    session_->framing().consumed(id_, handed_out_.size());
    session_->pump();
  }
  handed_out_.clear();
}

Result<BodyPiece> Stream::received_piece() {
  give_back_window();
  if (received_.empty() && !ended_ && failure_) return fail(*failure_);
  std::swap(received_, handed_out_);
  return BodyPiece{.data = handed_out_.readable(), .part = ended_ ? Part::last : Part::more};
}

runtime::Task<Result<BodyPiece>> Stream::read_piece(Time deadline) {
  for (;;) {
    auto piece = received_piece();
    if (!piece || !piece->data.empty() || piece->is_last()) co_return piece;
    const auto outcome = co_await reader_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("reading from an HTTP/2 stream"));
  }
}

bool Stream::on_field(std::string_view name, std::string_view value) {
  field_bytes_ += name.size() + value.size() + 32;  // RFC 9113 6.5.2
  if (field_bytes_ > settings_.head_bytes_max || ++fields_ > settings_.fields_max) {
    fail_with({.reason = Reason::too_large, .detail = "the fields of an HTTP/2 message pass the limit", .side = peer_});
    return false;
  }
  if (section_ == Section::head) return on_head_field(name, value);
  trailers_in_.add(name, value);
  return true;
}

void Stream::on_fields_end() {
  field_bytes_ = fields_ = 0;
  if (section_ != Section::head) {
    section_ = Section::trailers;
  } else if (on_head_end()) {
    section_ = Section::body;
    reader_.wake(runtime::Wait::ready);
  }
}

void Stream::on_data(std::string_view bytes) {
  has_data_ = true;
  received_.append(bytes);
  reader_.wake(runtime::Wait::ready);
}

void Stream::on_end() {
  ended_ = true;
  reader_.wake(runtime::Wait::ready);
}

void Stream::on_closed(uint32_t error_code) {
  const bool was_whole = ended_ && (finished_ && outgoing_.empty());
  closed_ = true;
  refused_ = error_code == static_cast<uint32_t>(ErrorCode::refused_stream);
  if (!ended_) fail_with(error_of(error_code));
  if (!was_whole) on_lost();
  writer_.wake(runtime::Wait::ready);
}

StreamEvents::Outgoing Stream::take_outgoing(std::span<char> into) {
  const size_t taken = std::min(into.size(), outgoing_.size());
  outgoing_.readable().copy(into.data(), taken);
  outgoing_.consume(taken);
  if (outgoing_.size() < kOutgoingMax) writer_.wake(runtime::Wait::ready);
  const bool is_last = finished_ && outgoing_.empty();
  return {.size = taken, .is_last = is_last, .trailers = trailers_out_.empty() ? nullptr : &trailers_out_};
}

void Stream::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  reader_.wake(runtime::Wait::ready);
  writer_.wake(runtime::Wait::ready);
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
  writer_.wake(runtime::Wait::ready);
}

void Stream::abandon(ErrorCode code) {
  if (session_ == nullptr || id_ == 0) return;
  if (!closed_) session_->framing().reset(id_, code);
  session_->framing().forget(id_);
  // Unread bytes still count against the connection's window.
  if (const size_t unread = received_.size() + handed_out_.size(); unread > 0)
    session_->framing().consumed(id_, unread);
  session_->pump();
  session_ = nullptr;
}

}  // namespace weft::http::h2
