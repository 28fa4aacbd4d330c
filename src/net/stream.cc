#include "net/stream.h"

#include <cerrno>
#include <string>

#include <sys/socket.h>

namespace weft::net {

void Stream::reset_on_close() {
  if (socket() < 0) return;
  const linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

bool Stream::is_quiet() {
  if (fd() < 0) return true;
  char byte;
  const ssize_t size = recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Error wait_error(runtime::Wait outcome, std::string_view doing) {
  if (outcome == runtime::Wait::timed_out)
    return {.reason = Reason::timed_out, .detail = std::string(doing) + ": timed out"};
  return {.reason = Reason::cancelled, .detail = std::string(doing) + ": cancelled"};
}

runtime::Task<Result<size_t>> read_some(Stream& stream, std::span<char> into, Time deadline) {
  for (;;) {
    const Io io = stream.try_read(into);
    if (io.done()) co_return io.size;
    if (io.at_end()) co_return size_t{0};
    if (!io.would_block()) co_return fail(system_error("reading", io.error));
    const auto outcome = co_await stream.readable(deadline);
    if (outcome != runtime::Wait::ready) co_return fail(wait_error(outcome, "reading"));
  }
}

runtime::Task<Result<>> write_all(Stream& stream, std::string_view bytes, Time deadline) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  co_return co_await write_parts(stream, {&part, 1}, deadline);
}

runtime::Task<Result<>> write_parts(Stream& stream, std::span<iovec> parts, Time deadline) {
  for (;;) {
    while (!parts.empty() && parts.front().iov_len == 0) parts = parts.subspan(1);
    if (parts.empty()) co_return Result<>{};
    const Io io = stream.try_write(parts);
    if (io.would_block()) {
      const auto outcome = co_await stream.writable(deadline);
      if (outcome != runtime::Wait::ready) co_return fail(wait_error(outcome, "writing"));
      continue;
    }
    if (!io.done()) co_return fail(system_error("writing", io.error));
    for (size_t left = io.size; left > 0;) {
      iovec& part = parts.front();
      const size_t taken = std::min(left, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + taken;
      part.iov_len -= taken;
      left -= taken;
      if (part.iov_len == 0) parts = parts.subspan(1);
    }
  }
}

}  // namespace weft::net
