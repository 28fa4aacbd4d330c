// FdBuffer: a stream buffer that writes to a descriptor, so that main() can hand the process's outputs to the verbs.
#pragma once

#include <array>
#include <streambuf>

namespace weft::cli {

// Does not own the descriptor. Flushed by its stream and on destruction; a descriptor that takes no more makes the
// stream fail. One thread.
class FdBuffer final : public std::streambuf {
 public:
  explicit FdBuffer(int fd);
  ~FdBuffer() override;

 private:
  int_type overflow(int_type c) override;
  int sync() override;
  bool write_out();

  int fd_;
  std::array<char, 8192> bytes_;
};

}  // namespace weft::cli
