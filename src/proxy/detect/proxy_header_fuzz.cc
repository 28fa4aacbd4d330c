// First bytes from a load balancer, or from anyone: a header that was read stays the same, however many bytes follow,
// and never takes more bytes than there are.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "proxy/detect/proxy_header.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = weft::proxy::read_proxy_header(bytes);
  if (!whole || !*whole) return 0;
  WEFT_ASSERT((*whole)->size <= size);
  const auto alone = weft::proxy::read_proxy_header(bytes.substr(0, (*whole)->size));
  WEFT_ASSERT((*whole)->size == 0 || (alone && *alone && (*alone)->size == (*whole)->size));
  for (size_t seen = 0; seen < (*whole)->size; ++seen) {
    const auto part = weft::proxy::read_proxy_header(bytes.substr(0, seen));
    WEFT_ASSERT(part && !*part);
  }
  return 0;
}
