#include "http/h2/client_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "http/h2/client_session.h"

namespace weft::http::h2 {
namespace {

// RFC 9113 7. Only REFUSED_STREAM promises that nothing was done (8.7).
Error stream_error(uint32_t error_code) {
  Error error{.reason = Reason::reset,
              .detail = "the HTTP/2 stream was reset, error code " + std::to_string(error_code),
              .side = Side::endpoint};
  if (error_code == static_cast<uint32_t>(ErrorCode::refused_stream)) {
    error.reason = Reason::unavailable;
    error.detail = "the peer refused the HTTP/2 stream";
    error.retry = Retry::safe;
  }
  return error;
}

Error wait_error(runtime::Wait outcome, const char* doing) {
  return net::wait_error(outcome, doing);
}

}  // namespace

ClientStream::ClientStream(runtime::Reactor& reactor, ClientSession& session, const Settings& settings)
    : session_(&session), reader_(reactor), writer_(reactor), head_bytes_max_(settings.head_bytes_max) {
  head_.version = Version::http2;
}

ClientStream::~ClientStream() {
  if (session_ == nullptr) return;
  session_->streams_.erase(this);
  if (id_ == 0) return;
  if (!closed_) session_->framing_.reset(id_, ErrorCode::cancel);
  session_->framing_.forget(id_);
  session_->framing_.consumed(id_, received_.size());  // unread bytes still count against the connection's window
  session_->pump();
}

runtime::Task<Result<>> ClientStream::write(std::string_view bytes, Time deadline) {
  WEFT_ASSERT(!finished_);
  while (!bytes.empty()) {
    if (failure_) co_return fail(*failure_);
    if (closed_) co_return fail(stream_error(static_cast<uint32_t>(ErrorCode::no_error)));
    if (outgoing_.size() >= kOutgoingMax) {
      const auto outcome = co_await writer_.wait(deadline);
      if (outcome == runtime::Wait::timed_out) co_return fail(wait_error(outcome, "sending on an HTTP/2 stream"));
      continue;
    }
    const size_t taken = std::min(bytes.size(), kOutgoingMax - outgoing_.size());
    outgoing_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    session_->framing_.resume(id_);
    session_->pump();
  }
  co_return Result<>{};
}

void ClientStream::finish() {
  finished_ = true;
  if (session_ == nullptr || closed_) return;
  session_->framing_.resume(id_);
  session_->pump();
}

runtime::Task<Result<>> ClientStream::receive_head(Time deadline) {
  while (part_ == Part::head) {
    if (failure_) co_return fail(*failure_);
    const auto outcome = co_await reader_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(wait_error(outcome, "waiting for an HTTP/2 response"));
  }
  co_return Result<>{};
}

runtime::Task<Result<size_t>> ClientStream::read(std::span<char> into, Time deadline) {
  while (received_.empty()) {
    if (ended_) co_return size_t{0};
    if (failure_) co_return fail(*failure_);
    const auto outcome = co_await reader_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(wait_error(outcome, "reading from an HTTP/2 stream"));
  }
  const size_t taken = std::min(into.size(), received_.size());
  received_.readable().copy(into.data(), taken);
  received_.consume(taken);
  if (session_ != nullptr) {
    session_->framing_.consumed(id_, taken);
    session_->pump();
  }
  co_return taken;
}

void ClientStream::cancel() {
  if (session_ != nullptr && !closed_) {
    session_->framing_.reset(id_, ErrorCode::cancel);
    session_->pump();
  }
  fail_with({.reason = Reason::cancelled, .detail = "the HTTP/2 stream was cancelled"});
}

bool ClientStream::on_field(std::string_view name, std::string_view value) {
  field_bytes_ += name.size() + value.size() + 32;  // RFC 9113 6.5.2
  if (field_bytes_ > head_bytes_max_) {
    fail_with(
        {.reason = Reason::too_large, .detail = "the HTTP/2 response's fields pass the limit", .side = Side::endpoint});
    return false;
  }
  if (part_ != Part::head) {
    trailers_.add(name, value);
  } else if (name == ":status") {
    head_.status = static_cast<uint16_t>(parse_unsigned(value).value_or(0));
    if (head_.is_informational() && ++informational_ > kInformationalMax) {
      fail_with({.reason = Reason::too_large, .detail = "too many informational responses", .side = Side::endpoint});
      return false;
    }
  } else {
    head_.headers.add(name, value);
  }
  return true;
}

void ClientStream::on_fields_end() {
  field_bytes_ = 0;
  if (part_ != Part::head) {
    part_ = Part::trailers;
  } else if (head_.is_informational()) {
    head_.headers.clear();
  } else {
    part_ = Part::body;
    reader_.wake(runtime::Wait::ready);
  }
}

void ClientStream::on_data(std::string_view bytes) {
  received_.append(bytes);
  reader_.wake(runtime::Wait::ready);
}

void ClientStream::on_end() {
  ended_ = true;
  reader_.wake(runtime::Wait::ready);
}

void ClientStream::on_closed(uint32_t error_code) {
  closed_ = true;
  if (!ended_) fail_with(stream_error(error_code));
  writer_.wake(runtime::Wait::ready);
}

StreamEvents::Outgoing ClientStream::take_outgoing(std::span<char> into) {
  const size_t taken = std::min(into.size(), outgoing_.size());
  outgoing_.readable().copy(into.data(), taken);
  outgoing_.consume(taken);
  if (outgoing_.size() < kOutgoingMax) writer_.wake(runtime::Wait::ready);
  return {.size = taken, .is_last = finished_ && outgoing_.empty()};
}

void ClientStream::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
  reader_.wake(runtime::Wait::ready);
  writer_.wake(runtime::Wait::ready);
}

void ClientStream::lose_session(const Error& why) {
  session_ = nullptr;
  closed_ = true;
  if (!ended_) fail_with(why);
  writer_.wake(runtime::Wait::ready);
}

}  // namespace weft::http::h2
