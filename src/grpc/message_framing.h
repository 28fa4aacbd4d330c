// Messages within a gRPC body: one byte "is compressed", four bytes of length (big-endian), the message. Pure functions
// on bytes that a peer controls.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/error.h"

namespace weft::grpc {

inline constexpr size_t kPrefixSize = 5;

// What goes before a message of that size. Weft sends no compressed messages. Size: at most 4 GiB - 1.
std::array<char, kPrefixSize> message_prefix(size_t message_size);

// Cuts a body into messages. Owned by one call; one thread. After an error the call is of no further use.
class MessageReader {
 public:
  // Longer messages are an error, found from the prefix alone, before any memory is spent on them.
  explicit MessageReader(size_t message_size_max) : message_size_max_(message_size_max) {}

  // Where to put body bytes as they come: at least one byte of room. Follow with commit().
  std::span<char> room();
  void commit(size_t size) { received_.commit(size); }

  // The next message if it has come completely. The view is good until the next call of any function here.
  // `too_large`, or `unsupported` for a compressed message (none was asked for).
  Result<std::optional<std::string_view>> next();

  // Bytes of an unfinished message are there: a body that ends now was cut off.
  bool is_within_message() const { return received_.size() > taken_; }

 private:
  void drop_taken();

  ByteBuffer received_;
  size_t taken_ = 0;  // size of the message that was given out last, with its prefix; still in front of received_
  size_t message_size_max_;
};

}  // namespace weft::grpc
