#include "http/h2/client_session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft::http::h2 {
namespace {

constexpr size_t kReadSize = 16 * 1024;
constexpr size_t kWriteBatch = 64 * 1024;  // frames gathered for one write

}  // namespace

ClientSession::ClientSession(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream,
                             const ClientOptions& options)
    : reactor_(&reactor),
      stream_(std::move(stream)),
      options_(options),
      framing_(options.settings),
      output_(reactor),
      probing_(reactor),
      gate_(reactor),
      received_at_(reactor.now()) {}

ClientSession::~ClientSession() {
  for (ClientStream* stream : streams_)
    stream->lose_session({.reason = Reason::closed, .detail = "the HTTP/2 session has ended"});
}

runtime::Task<Error> ClientSession::run() {
  const auto inside = gate_.enter();
  runtime::spawn(gate_, write_all());
  if (options_.keepalive > Duration::zero()) runtime::spawn(gate_, probe());
  co_return co_await read_all();
}

Result<std::unique_ptr<ClientStream>> ClientSession::open(const RequestHead& head, RequestBody body) {
  if (end_) return fail(Reason::unavailable, "the HTTP/2 session has ended: " + end_->detail, end_->side, Retry::safe);
  auto stream = std::make_unique<ClientStream>(*reactor_, *this, options_.settings);
  WEFT_TRY(stream->id_, framing_.submit(head, body, *stream));
  stream->finished_ = body == RequestBody::none;
  streams_.insert(stream.get());
  pump();
  return stream;
}

runtime::Task<void> ClientSession::close() {
  if (!end_) {
    framing_.go_away();
    say_goodbye();
    end_with({.reason = Reason::cancelled, .detail = "the HTTP/2 session was closed"});
  }
  co_await gate_.close();
}

runtime::Task<Error> ClientSession::read_all() {
  const auto buffer = std::make_unique<std::array<char, kReadSize>>();
  while (!end_) {
    const auto size = co_await net::read_some(*stream_, *buffer);
    if (end_) break;
    if (!size) {
      end_with(size.error());
    } else if (*size == 0) {
      end_with({.reason = Reason::closed, .detail = "the peer closed the HTTP/2 connection", .side = Side::endpoint});
    } else {
      received_at_ = reactor_->now();
      if (auto taken = framing_.receive({buffer->data(), *size}); !taken) {
        say_goodbye();
        end_with(std::move(taken).error());
      }
      pump();
    }
  }
  co_return *end_;
}

runtime::Task<void> ClientSession::write_all() {
  while (!end_) {
    while (unsent_.size() < kWriteBatch) {
      const std::string_view frame = framing_.next_output();
      if (frame.empty()) break;
      unsent_.append(frame);
    }
    if (!unsent_.empty()) {
      const auto written = co_await net::write_all(*stream_, unsent_.readable());
      unsent_.clear();
      if (!written) end_with(written.error());
    } else if (framing_.is_over()) {
      end_with(framing_.end_reason());
    } else {
      co_await output_.wait();
    }
  }
}

// RFC 9113 6.7: a PING answered proves the peer alive; any byte does.
runtime::Task<void> ClientSession::probe() {
  while (!end_) {
    const Time quiet_since = received_at_;
    if (reactor_->now() < quiet_since + options_.keepalive) {
      co_await probing_.wait(quiet_since + options_.keepalive);
      continue;
    }
    framing_.ping();
    pump();
    co_await probing_.wait(reactor_->now() + options_.keepalive_answer);
    if (received_at_ == quiet_since)
      end_with({.reason = Reason::timed_out, .detail = "the peer did not answer a PING", .side = Side::endpoint});
  }
}

// Writes what is left as far as the connection takes it at once. Not while a write is under way: frames must not mix.
void ClientSession::say_goodbye() {
  if (!unsent_.empty()) return;
  for (std::string_view frame = framing_.next_output(); !frame.empty(); frame = framing_.next_output())
    unsent_.append(frame);
  if (unsent_.empty()) return;
  const std::string_view bytes = unsent_.readable();
  const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  stream_->try_write({&part, 1});
  unsent_.clear();
}

void ClientSession::end_with(Error error) {
  if (end_) return;
  end_ = std::move(error);
  for (ClientStream* stream : std::exchange(streams_, {})) stream->lose_session(*end_);
  stream_->cancel();
  probing_.wake(runtime::Wait::ready);
  pump();
}

}  // namespace weft::http::h2
