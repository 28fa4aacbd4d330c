#include "http/h2/session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::http::h2 {
namespace {

constexpr Duration kRestAfter = std::chrono::seconds(1);
constexpr size_t kReadBytes = 64 * 1024;
constexpr Duration kWaitForRoom = std::chrono::milliseconds(100);

}  // namespace

runtime::Task<Error> Session::move_bytes(ByteBuffer early) {
  writer_.emplace(write_all());
  if (!early.empty()) take(early.readable());
  early = {};  // the connection is long, and this is the memory of a whole read
  while (!end_) {
    if (stream_->readiness().may_be_readable()) {
      rests_ = false;
      receive_some();
      if (!end_ && !may_hold()) co_await wait_for_room();
      continue;
    }
    const Time rest_at = rests_ ? runtime::kNever : reactor_->now() + kRestAfter;
    const Time deadline = leaving_until_.value_or(read_deadline());
    const auto outcome = co_await stream_->readable(std::min(deadline, rest_at));
    if (end_ || outcome == runtime::Wait::ready) continue;
    if (outcome == runtime::Wait::timed_out && reactor_->now() < deadline) {
      rest();
      continue;
    }
    if (leaving_until_) break;
    if (outcome == runtime::Wait::timed_out && goes_on_when_quiet()) continue;
    end_with(net::wait_error(outcome, "reading from an HTTP/2 connection"));
  }
  end_with(framing_.end_reason());
  co_return *end_;
}

// A plain function: its buffer lies on the thread's stack, so that idle connections hold none.
void Session::receive_some() {
  std::array<char, kReadBytes> buffer;
  const net::Io io = stream_->try_read(buffer);
  if (io.done()) return take({buffer.data(), io.size});
  if (io.would_block()) return;
  if (io.at_end())
    return end_with(
        {.reason = Reason::closed, .detail = "the peer closed the HTTP/2 connection", .side = Side::endpoint});
  end_with(system_error("reading from an HTTP/2 connection", io.error));
}

// Asks for what has come on top of what was asked for before.
bool Session::may_hold() {
  if (guard_ == nullptr) return true;
  const size_t held = framing_.unfinished() + framing_.unread();
  const size_t before = std::exchange(guarded_, held);
  return held <= before || guard_->allows(held - before);
}

// A head that has not ended is worth nothing yet, and goes with its connection. Whose bodies are not taken waits: its
// window would let it send more.
runtime::Task<void> Session::wait_for_room() {
  if (framing_.unfinished() > 0) {
    framing_.go_away(ErrorCode::enhance_your_calm);
    say_goodbye();
    end_with({.reason = Reason::overflow, .detail = "memory is short", .side = Side::us});
    co_return;
  }
  runtime::Waiter waiter(*reactor_);
  do {
    co_await waiter.wait(reactor_->now() + kWaitForRoom);
    guarded_ = std::min(guarded_, framing_.unread());
  } while (!end_ && framing_.unread() > 0 && !guard_->allows(kReadBytes));
}

void Session::take(std::string_view bytes) {
  if (leaving_until_) return;
  auto taken = framing_.receive(bytes, reactor_->now());
  if (!taken) {
    say_goodbye();
    return end_with(std::move(taken).error());
  }
  on_received();
  pump();
}

runtime::Task<void> Session::write_all() {
  while (!end_) {
    framing_.fill_output();
    std::swap(unsent_, framing_.output());
    if (!unsent_.empty()) {
      const auto written = co_await net::write_all(*stream_, unsent_.readable());
      unsent_.clear();
      if (!written) end_with(written.error());
    } else if (framing_.is_over()) {
      co_return leave();
    } else {
      if (rests_) rest();
      co_await output_.wait();
    }
  }
}

void Session::rest() {
  rests_ = true;
  if (unsent_.empty()) unsent_.release();
  framing_.release_memory();
}

// This side has said its last word.
void Session::leave() {
  if (linger_time() == Duration::zero()) return end_with(framing_.end_reason());
  leaving_until_ = reactor_->now() + linger_time();
  stream_->finish_writing();
  stream_->readiness().mark_readable();  // whoever waits for bytes has another deadline now
}

// Not while a write is under way: frames must not mix.
void Session::say_goodbye() {
  if (!unsent_.empty()) return;
  ByteBuffer& output = framing_.output();
  if (output.empty()) return;
  const std::string_view bytes = output.readable();
  const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  stream_->try_write({&part, 1});
  output.clear();
}

void Session::end_with(Error error) {
  if (end_) return;
  end_ = std::move(error);
  lose_streams(*end_);
  stream_->cancel();
  pump();
}

}  // namespace weft::http::h2
