// Any bytes as a key set: no crash, and what is accepted is within the limits and ready to use.
#include <cstdint>

#include "base/assert.h"
#include "jose/key_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::jose;
  const auto set = KeySet::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!set) return 0;
  WEFT_ASSERT(!set->keys().empty() && set->keys().size() <= kKeysMax);
  for (const Key& key : set->keys()) WEFT_ASSERT((key.kind() == KeyKind::secret) == (key.public_key() == nullptr));
  return 0;
}
