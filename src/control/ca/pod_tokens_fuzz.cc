// Any bytes as a token: no crash, and never accepted, since nobody here holds the key. What base64url reads it writes
// back.
#include <cstdint>

#include "base/assert.h"
#include "control/ca/pod_tokens.h"
#include "jose/base64url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ManualClock clock;
  const control::PodTokens tokens({1, 2, 3}, clock);
  WEFT_ASSERT(!tokens.verify(text));
  if (const auto bytes = jose::from_base64url(text)) WEFT_ASSERT(jose::base64url(*bytes) == text);
  WEFT_ASSERT(jose::from_base64url(jose::base64url(text)) == text);
  return 0;
}
