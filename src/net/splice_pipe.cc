#include "net/splice_pipe.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/assert.h"

namespace weft::net {
namespace {

// Pages that one fill may take, 4 KiB each; the kernel's default of 16 holds only 64 KiB.
constexpr int kPipeBytes = 256 * 1024;

ssize_t splice_once(int from, int to, size_t size, unsigned flags) {
  for (;;) {
    const ssize_t moved = splice(from, nullptr, to, nullptr, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK | flags);
    if (moved >= 0 || errno != EINTR) return moved;
  }
}

}  // namespace

std::unique_ptr<SplicePipe> SplicePipe::make() {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return nullptr;
  std::unique_ptr<SplicePipe> pipe(new SplicePipe(Fd(ends[0]), Fd(ends[1])));
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);  // refused to a user who has many pipes: it then keeps its size
  return pipe;
}

Io SplicePipe::try_fill(Stream& from, size_t size_max) {
  WEFT_ASSERT(is_empty());  // else "would block" could mean either end
  const ssize_t size = splice_once(from.fd(), write_end_.get(), size_max, 0);
  if (size > 0) {
    size_ = static_cast<size_t>(size);
    return {.status = Io::Status::done, .size = size_};
  }
  if (size == 0) return {.status = Io::Status::end};
  if (errno != EAGAIN) return {.status = Io::Status::failed, .error = errno};
  from.readiness().clear_readable();
  return {.status = Io::Status::would_block};
}

Io SplicePipe::try_drain(Stream& to, Corking corking) {
  const unsigned more = corking == Corking::more_follows ? SPLICE_F_MORE : 0;
  const ssize_t size = splice_once(read_end_.get(), to.fd(), size_, more);
  if (size > 0) {
    size_ -= static_cast<size_t>(size);
    return {.status = Io::Status::done, .size = static_cast<size_t>(size)};
  }
  if (size < 0 && errno != EAGAIN) return {.status = Io::Status::failed, .error = errno};
  to.readiness().clear_writable();
  return {.status = Io::Status::would_block};
}

}  // namespace weft::net
