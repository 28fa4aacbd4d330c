// Any bytes, in any pieces: the reader never gives out more than came, and agrees with a reader that gets all at once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/assert.h"
#include "grpc/message_framing.h"
#include "grpc/status.h"

namespace {

constexpr size_t kSizeMax = 4096;

// The messages, each ended by '|', then '!' if the reader failed.
std::string read_in_pieces(std::string_view body, size_t piece) {
  weft::grpc::MessageReader reader(kSizeMax);
  std::string found;
  for (;;) {
    const auto message = reader.next();
    if (!message) return found + '!';
    if (*message) {
      WEFT_ASSERT((*message)->size() <= kSizeMax);
      found.append(**message) += '|';
      continue;
    }
    if (body.empty()) return found;
    const auto room = reader.room();
    const size_t taken = std::min({piece, body.size(), room.size()});
    std::memcpy(room.data(), body.data(), taken);
    reader.commit(taken);
    body.remove_prefix(taken);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  WEFT_ASSERT(read_in_pieces(body, 1 + data[0]) == read_in_pieces(body, SIZE_MAX));
  const std::string text = weft::grpc::decode_message(body);
  WEFT_ASSERT(text.size() <= body.size());
  WEFT_ASSERT(weft::grpc::decode_message(weft::grpc::encode_message(body)) == body);
  return 0;
}
