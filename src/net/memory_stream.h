// A pair of connected streams in memory, for tests: what one writes, the other reads. Back-pressure as of a socket.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "net/stream.h"

namespace weft::net {

// One end of the pair. Destroying an end is seen by the other as the peer's close.
class MemoryStream final : public Stream {
 public:
  // Each direction holds at most `capacity` bytes.
  static std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> connected(runtime::Reactor& reactor,
                                                                                           size_t capacity = 65536);
  ~MemoryStream() override;

  Io try_read(std::span<char> into) override;
  Io try_write(std::span<const iovec> parts) override;
  void finish_writing() override;
  bool is_quiet() override { return received_.empty() && !ended_ && !reset_ && peer_ != nullptr; }
  int fd() const override { return -1; }

  // Makes the peer's next read fail with ECONNRESET, as a reset connection does.
  void reset();

 private:
  MemoryStream(runtime::Reactor& reactor, size_t capacity) : ready_(reactor), capacity_(capacity) { use(ready_); }

  runtime::Readiness ready_;
  MemoryStream* peer_ = nullptr;
  std::string received_;  // written by the peer, not yet read
  size_t capacity_;
  bool ended_ = false;  // the peer has finished writing
  bool reset_ = false;
};

}  // namespace weft::net
