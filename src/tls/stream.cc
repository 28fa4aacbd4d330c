#include "tls/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace weft::tls {
namespace {

constexpr size_t kRecordBytes = 16 * 1024;        // of plain text (RFC 8446 5.1)
constexpr size_t kWriteBytes = 4 * kRecordBytes;  // encrypted before the socket is asked
constexpr size_t kReadBytes = 2 * (kRecordBytes + 512);

// What one call needs and nobody keeps: shared by all streams of the thread.
thread_local std::array<char, kReadBytes> received_bytes;
thread_local std::array<char, kRecordBytes> gathered_bytes;

size_t size_of(std::span<const iovec> parts) {
  size_t size = 0;
  for (const iovec& part : parts) size += part.iov_len;
  return size;
}

// The bytes from `offset` on, at most a record of them; copied together only where parts are small.
std::span<const char> next_bytes(std::span<const iovec> parts, size_t offset) {
  while (!parts.empty() && offset >= parts.front().iov_len) {
    offset -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (parts.empty()) return {};
  const char* const first = static_cast<const char*>(parts.front().iov_base) + offset;
  const size_t first_size = parts.front().iov_len - offset;
  if (parts.size() == 1 || first_size >= kRecordBytes) return {first, std::min(first_size, kRecordBytes)};
  size_t size = 0;
  for (const iovec& part : parts) {
    const size_t taken = std::min(part.iov_len - offset, kRecordBytes - size);
    std::memcpy(gathered_bytes.data() + size, static_cast<const char*>(part.iov_base) + offset, taken);
    size += taken;
    offset = 0;
    if (size == kRecordBytes) break;
  }
  return {gathered_bytes.data(), size};
}

net::Io failed(int error) {
  return {.status = net::Io::Status::failed, .error = error};
}

}  // namespace

Stream::Stream(net::Stream& transport, ContextPtr context) : transport_(&transport), engine_(std::move(context)) {
  use(transport.readiness());
}

Stream::Stream(std::unique_ptr<net::Stream> transport, ContextPtr context)
    : owned_(std::move(transport)), transport_(owned_.get()), engine_(std::move(context)) {
  use(transport_->readiness());
}

Stream::Stream(std::unique_ptr<net::Stream> transport, ContextPtr context, ServerName server)
    : owned_(std::move(transport)), transport_(owned_.get()), engine_(std::move(context), std::move(server)) {
  use(transport_->readiness());
}

Stream::~Stream() {
  if (!is_usable_ || accepted_ > 0) return;
  engine_.close();
  flush();
}

// Puts what the socket has into the engine. `done` also when the peer has ended.
net::Io Stream::receive() {
  const net::Io io = transport_->try_read(received_bytes);
  if (io.done()) engine_.put({received_bytes.data(), io.size});
  if (!io.at_end()) return io;
  engine_.end_input();
  return {.status = net::Io::Status::done};
}

// `done`: nothing is left to be sent.
net::Io Stream::flush() {
  std::string& output = engine_.output();
  size_t sent = 0;
  net::Io io{.status = net::Io::Status::done};
  while (sent < output.size()) {
    const iovec part{output.data() + sent, output.size() - sent};
    io = transport_->try_write({&part, 1});
    if (!io.done()) break;
    sent += io.size;
  }
  output.erase(0, sent);
  return io;
}

runtime::Task<Result<>> Stream::handshake(Time deadline) {
  for (;;) {
    const auto outcome = engine_.handshake();
    engine_.keep_input();
    if (outcome.step == Engine::Step::done && engine_.output_may_wait()) break;
    for (net::Io io = flush(); !io.done(); io = flush()) {
      if (!io.would_block()) co_return fail(system_error("TLS handshake", io.error));
      const auto waited = co_await writable(deadline);
      if (waited != runtime::Wait::ready) co_return fail(net::wait_error(waited, "TLS handshake"));
    }
    if (outcome.step == Engine::Step::done) break;
    if (outcome.step != Engine::Step::wants_input) co_return fail(handshake_error());
    const net::Io io = receive();
    if (io.done()) continue;
    if (!io.would_block()) co_return fail(system_error("TLS handshake", io.error));
    const auto waited = co_await readable(deadline);
    if (waited != runtime::Wait::ready) co_return fail(net::wait_error(waited, "TLS handshake"));
  }
  is_usable_ = true;
  if (engine_.has_more()) readiness().mark_readable();
  co_return Result<>();
}

Error Stream::handshake_error() const {
  return {.reason = Reason::denied, .detail = engine_.problem()};
}

net::Io Stream::try_read(std::span<char> into) {
  size_t size = 0;
  net::Io io{.status = net::Io::Status::done};
  while (size < into.size()) {
    const auto outcome = engine_.read(into.subspan(size));
    size += outcome.size;
    if (outcome.step == Engine::Step::done) {
      if (!engine_.has_more()) break;
      continue;
    }
    if (outcome.step == Engine::Step::closed) io = {.status = net::Io::Status::end};
    if (outcome.step == Engine::Step::failed) io = failed(ECONNRESET);
    if (outcome.step != Engine::Step::wants_input || size > 0) break;
    io = receive();
    if (!io.done()) break;
  }
  engine_.keep_input();
  // Tickets, or an answer to a request for new keys: while there is something to read, an answer may take them along.
  if (accepted_ == 0 && !io.done() && !engine_.output().empty()) flush();
  if (size == 0) return io;
  if (engine_.has_more() || !io.done()) readiness().mark_readable();
  return {.status = net::Io::Status::done, .size = size};
}

// Encrypts the next records; how many bytes of the parts that took. 0: the connection is broken.
size_t Stream::encrypt(std::span<const iovec> parts) {
  size_t size = 0;
  while (size < kWriteBytes) {
    const std::span<const char> bytes = next_bytes(parts, size);
    if (bytes.empty()) break;
    const auto outcome = engine_.write(bytes);
    if (outcome.step != Engine::Step::done) return 0;
    size += outcome.size;
  }
  return size;
}

net::Io Stream::try_write(std::span<const iovec> parts) {
  if (accepted_ == 0) {
    if (size_of(parts) == 0) return {.status = net::Io::Status::done};
    accepted_ = encrypt(parts);
    if (accepted_ == 0) return failed(EPIPE);
  }
  WEFT_ASSERT(size_of(parts) >= accepted_);
  const net::Io io = flush();
  if (!io.done()) return io;
  return {.status = net::Io::Status::done, .size = std::exchange(accepted_, 0)};
}

void Stream::finish_writing() {
  engine_.close();
  flush();
  transport_->finish_writing();
  is_usable_ = false;
}

void Stream::reset_on_close() {
  is_usable_ = false;
  transport_->reset_on_close();
}

// Bytes beneath may be tickets, which nobody reads: only ones for us count.
bool Stream::is_quiet() {
  if (!engine_.has_more() && transport_->is_quiet()) return true;
  for (;;) {
    const auto outcome = engine_.look();
    if (outcome.step != Engine::Step::wants_input) break;
    const net::Io io = receive();
    if (!io.done()) return io.would_block();
  }
  engine_.keep_input();
  return false;
}

}  // namespace weft::tls
