// First bytes from anyone: a verdict that was given stays, however many bytes follow.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "proxy/detect/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using weft::proxy::Protocol;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Protocol verdict = Protocol::undecided;
  for (size_t seen = 1; seen <= size; ++seen) {
    const Protocol now = weft::proxy::detect_protocol(bytes.substr(0, seen));
    WEFT_ASSERT(verdict == Protocol::undecided || now == verdict);
    verdict = now;
  }
  return 0;
}
