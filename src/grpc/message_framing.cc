#include "grpc/message_framing.h"

#include <algorithm>
#include <string>

#include "base/assert.h"

namespace weft::grpc {
namespace {

constexpr size_t kReadSize = 16 * 1024;
// After a message of this size its memory is given back: a full state is large and rare, what follows is small.
constexpr size_t kKeptSize = 256 * 1024;

size_t length_in(std::string_view prefix) {
  size_t length = 0;
  for (size_t i = 1; i < kPrefixSize; ++i) length = length << 8 | static_cast<unsigned char>(prefix[i]);
  return length;
}

}  // namespace

std::array<char, kPrefixSize> message_prefix(size_t message_size) {
  WEFT_ASSERT(message_size <= UINT32_MAX);
  std::array<char, kPrefixSize> prefix{};
  for (size_t i = 1; i < kPrefixSize; ++i)
    prefix[i] = static_cast<char>(message_size >> (8 * (kPrefixSize - 1 - i)) & 0xff);
  return prefix;
}

std::span<char> MessageReader::room() {
  drop_taken();
  return received_.reserve(kReadSize);
}

Result<std::optional<std::string_view>> MessageReader::next() {
  drop_taken();
  const std::string_view bytes = received_.readable();
  if (bytes.size() < kPrefixSize) return std::nullopt;
  if (bytes[0] != 0)
    return fail(Reason::unsupported, "a compressed gRPC message, which was not asked for", Side::endpoint);
  const size_t length = length_in(bytes);
  if (length > message_size_max_)
    return fail(Reason::too_large,
                "a gRPC message of " + std::to_string(length) + " bytes passes the limit of " +
                    std::to_string(message_size_max_),
                Side::endpoint);
  if (bytes.size() - kPrefixSize < length) return std::nullopt;
  taken_ = kPrefixSize + length;
  return bytes.substr(kPrefixSize, length);
}

void MessageReader::drop_taken() {
  if (taken_ == 0) return;
  received_.consume(taken_);
  if (taken_ > kKeptSize && received_.empty()) received_.release();
  taken_ = 0;
}

}  // namespace weft::grpc
