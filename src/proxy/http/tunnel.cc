#include "proxy/http/tunnel.h"

#include <array>
#include <memory>

#include "runtime/signal.h"

namespace weft::proxy {
namespace {

constexpr size_t kBufferBytes = 32 * 1024;

// What both directions of one tunnel know of each other.
struct Both {
  Time last_moved{};
  Duration idle_timeout{};
  bool broke = false;
};

// One direction. Owned by run_tunnel.
struct Direction {
  TunnelEnd from;
  TunnelEnd to;
  Both* both = nullptr;
  uint64_t moved = 0;

  runtime::Reactor& reactor() const { return from.stream.readiness().reactor(); }
  Time deadline() const {
    return both->idle_timeout > Duration::zero() ? both->last_moved + both->idle_timeout : runtime::kNever;
  }
  void break_off() {
    both->broke = true;
    from.stream.cancel();
    to.stream.cancel();
  }
};

// True when the wait is over for a reason to go on: readiness, or the other direction moved meanwhile.
bool goes_on(Direction& direction, runtime::Wait outcome) {
  if (outcome == runtime::Wait::ready) return true;
  return outcome == runtime::Wait::timed_out && direction.reactor().now() < direction.deadline();
}

runtime::Task<bool> write_all(Direction& direction, std::string_view bytes) {
  while (!bytes.empty()) {
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    const net::Io io = direction.to.stream.try_write({&part, 1});
    if (io.done()) {
      bytes.remove_prefix(io.size);
      direction.moved += io.size;
      direction.both->last_moved = direction.reactor().now();
      continue;
    }
    if (!io.would_block()) co_return false;
    if (!goes_on(direction, co_await direction.to.stream.writable(direction.deadline()))) co_return false;
  }
  co_return true;
}

// The next bytes in `buffer`; 0 at the end, nothing when the stream broke or was idle for too long.
runtime::Task<std::optional<size_t>> read_some(Direction& direction, std::span<char> buffer) {
  for (;;) {
    if (!direction.from.stream.readiness().may_be_readable()) {
      if (!goes_on(direction, co_await direction.from.stream.readable(direction.deadline()))) co_return std::nullopt;
      if (!direction.from.stream.readiness().may_be_readable()) continue;
    }
    const net::Io io = direction.from.stream.try_read(buffer);
    if (io.done()) co_return io.size;
    if (io.at_end()) co_return size_t{0};
    if (!io.would_block()) co_return std::nullopt;
  }
}

runtime::Task<void> pump(Direction& direction) {
  if (ByteBuffer* early = direction.from.early; early != nullptr && !early->empty()) {
    if (!co_await write_all(direction, early->readable())) co_return direction.break_off();
    early->clear();
  }
  const auto buffer = std::make_unique_for_overwrite<std::array<char, kBufferBytes>>();
  for (;;) {
    const auto size = co_await read_some(direction, *buffer);
    if (!size) co_return direction.break_off();
    if (*size == 0) break;
    if (!co_await write_all(direction, {buffer->data(), *size})) co_return direction.break_off();
  }
  direction.to.stream.finish_writing();
}

}  // namespace

runtime::Task<TunnelResult> run_tunnel(TunnelEnd client, TunnelEnd endpoint, Duration idle_timeout) {
  runtime::Reactor& reactor = client.stream.readiness().reactor();
  Both both{.last_moved = reactor.now(), .idle_timeout = idle_timeout};
  Direction to_endpoint{client, endpoint, &both};
  Direction to_client{endpoint, client, &both};
  co_await runtime::both(reactor, pump(to_endpoint), pump(to_client));
  co_return TunnelResult{to_endpoint.moved, to_client.moved, both.broke};
}

}  // namespace weft::proxy
