#include "control/remote/pipe_end.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace weft::control {
namespace {

net::Fd without_blocking(net::Fd fd) {
  fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

PipeEnd::PipeEnd(runtime::Reactor& reactor, net::Fd fd)
    : fd_(without_blocking(std::move(fd))), watch_(reactor, fd_.get()) {}

// A terminal whose other end is closed says EIO.
runtime::Task<Result<size_t>> PipeEnd::read_some(std::span<char> into) {
  for (;;) {
    const ssize_t size = read(fd_.get(), into.data(), into.size());
    if (size >= 0) co_return static_cast<size_t>(size);
    if (errno == EIO) co_return size_t{0};
    if (errno == EINTR) continue;
    if (errno != EAGAIN) co_return fail(system_error("reading from a process", errno));
    watch_.readiness().clear_readable();
    if (co_await watch_.readiness().readable() != runtime::Wait::ready)
      co_return fail(Reason::cancelled, "nobody reads on");
  }
}

runtime::Task<Result<>> PipeEnd::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd_.get(), bytes.data(), bytes.size());
    if (size > 0) bytes.remove_prefix(static_cast<size_t>(size));
    if (size >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) co_return fail(system_error("writing to a process", errno));
    watch_.readiness().clear_writable();
    if (co_await watch_.readiness().writable() != runtime::Wait::ready)
      co_return fail(Reason::cancelled, "nobody writes on");
  }
  co_return Result<>();
}

size_t PipeEnd::try_read(std::span<char> into) {
  const ssize_t size = read(fd_.get(), into.data(), into.size());
  return size > 0 ? static_cast<size_t>(size) : 0;
}

}  // namespace weft::control
