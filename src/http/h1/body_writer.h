// BodyWriter: the sending half of a connection of either side: pending head bytes and body parts go out together,
// framed as their head announced.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/error.h"
#include "http/body.h"
#include "http/h1/framing.h"
#include "http/headers.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::http::h1 {

// Held by a connection; one message after another. Serialized heads are put into pending() by the connection.
class BodyWriter {
 public:
  explicit BodyWriter(net::Stream& stream) : stream_(&stream) {}

  ByteBuffer& pending() { return pending_; }
  const ByteBuffer& pending() const { return pending_; }

  // The head of a message is in pending(); its body will be framed like this. `Discard`: the parts are counted, not
  // sent (answers to HEAD).
  enum class Send : uint8_t { body, discard };
  void start(BodyLength body, Send send = Send::body);

  // Sends pending() and the part, one system call where the stream takes it all: then true. false: write_rest() has to
  // follow, and the data must stay until it returns. Writing more or fewer bytes than a known length is the caller's
  // bug towards the peer: `internal`, and nothing more may be sent.
  Result<bool> try_write(std::string_view data, Part part);
  runtime::Task<Result<>> write_rest(Time deadline);

  // Both in one.
  runtime::Task<Result<>> write(std::string_view data, Part part, Time deadline);
  // The last part, with trailers where the framing has a place for them.
  runtime::Task<Result<>> finish(const Headers& trailers, Time deadline);
  // Sends pending() alone.
  runtime::Task<Result<>> flush(Time deadline);

  // Nothing of the message has gone out yet: its head waits for the end of the turn, that many are sent in one go.
  bool begins() const { return !pending_.empty(); }

  // Bytes of the body that are still due, for whoever writes them past this writer and counts them down; nullptr where
  // they need framing, or where something else has to go first.
  uint64_t* run() {
    const bool is_plain = body_.kind == BodyKind::length && !discard_ && !done_ && pending_.empty();
    return is_plain && left_ > 0 ? &left_ : nullptr;
  }

  // The message is wholly sent.
  bool is_done() const { return done_ || (body_.kind == BodyKind::length && left_ == 0 && !discard_ && sent_); }
  // Some byte of the message has been handed to the kernel.
  bool has_sent() const { return sent_; }

 private:
  Result<> account(std::string_view data, Part part);
  std::string_view frame(std::string_view data, Part part);

  net::Stream* stream_;
  ByteBuffer pending_;
  std::array<iovec, 3> parts_{};  // what try_write() left to write_rest()
  size_t part_count_ = 0;
  BodyLength body_;
  uint64_t left_ = 0;
  bool discard_ = false;
  bool done_ = true;
  bool sent_ = false;
};

}  // namespace weft::http::h1
