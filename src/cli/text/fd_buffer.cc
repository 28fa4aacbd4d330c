#include "cli/text/fd_buffer.h"

#include <cerrno>

#include <unistd.h>

namespace weft::cli {

FdBuffer::FdBuffer(int fd) : fd_(fd) {
  setp(bytes_.data(), bytes_.data() + bytes_.size());
}

FdBuffer::~FdBuffer() {
  write_out();
}

FdBuffer::int_type FdBuffer::overflow(int_type c) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

int FdBuffer::sync() {
  return write_out() ? 0 : -1;
}

bool FdBuffer::write_out() {
  const char* from = pbase();
  while (from < pptr()) {
    const ssize_t written = write(fd_, from, static_cast<size_t>(pptr() - from));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    from += written;
  }
  setp(bytes_.data(), bytes_.data() + bytes_.size());
  return true;
}

}  // namespace weft::cli
