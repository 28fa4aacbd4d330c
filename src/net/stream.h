// Stream: a two-way flow of bytes that never blocks: a socket, or a pipe in memory in tests. Try first; if nothing can
// be done, await readable() or writable() and try again. One reader and one writer coroutine at a time, on one reactor.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "base/error.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::net {

// What one try did. `error` is an errno where status is failed.
struct Io {
  enum class Status : uint8_t { done, would_block, end, failed };
  Status status;
  int error = 0;
  size_t size = 0;

  bool done() const { return status == Status::done; }
  bool would_block() const { return status == Status::would_block; }
  bool at_end() const { return status == Status::end; }
};

// Owned by its connection; closed by destruction.
class Stream {
 public:
  virtual ~Stream() = default;

  // Reads what is there, at most into.size() bytes (never 0). `end`: the peer has finished sending.
  virtual Io try_read(std::span<char> into) = 0;
  // Writes what fits; `done` may mean fewer bytes than given.
  virtual Io try_write(std::span<const iovec> parts) = 0;
  // Tells the peer that no more bytes follow; reading goes on.
  virtual void finish_writing() = 0;
  // Closes with a reset instead of an orderly end; takes effect when the stream is destroyed. Nothing in memory.
  virtual void reset_on_close();
  // Asks the kernel, past what readiness tells so far, whether the peer has neither closed nor spoken.
  virtual bool is_quiet();
  // The descriptor through which the very bytes of this stream go, for splice; -1 in memory and where they are
  // encrypted.
  virtual int fd() const = 0;
  // The socket beneath, for its options and addresses; -1 for a stream in memory.
  virtual int socket() const { return fd(); }

  runtime::Readiness::Awaiter readable(Time deadline = runtime::kNever) { return readiness_->readable(deadline); }
  runtime::Readiness::Awaiter writable(Time deadline = runtime::kNever) { return readiness_->writable(deadline); }
  runtime::Readiness& readiness() { return *readiness_; }

  // Ends all present and later waits with `cancelled`.
  void cancel() { readiness_->cancel(); }

 protected:
  // Called once, by the constructor of the derived class, which owns the readiness.
  void use(runtime::Readiness& readiness) { readiness_ = &readiness; }

 private:
  runtime::Readiness* readiness_ = nullptr;
};

// Reads at least one byte; 0 means the peer has finished sending.
runtime::Task<Result<size_t>> read_some(Stream& stream, std::span<char> into, Time deadline = runtime::kNever);

// Writes everything.
runtime::Task<Result<>> write_all(Stream& stream, std::string_view bytes, Time deadline = runtime::kNever);

// Writes everything; `parts` are advanced as they go out.
runtime::Task<Result<>> write_parts(Stream& stream, std::span<iovec> parts, Time deadline = runtime::kNever);

// The errors that waits and tries end in.
Error wait_error(runtime::Wait outcome, std::string_view doing);

}  // namespace weft::net
