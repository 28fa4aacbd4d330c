// Paths from outside: canonical once means canonical for ever, and no dot segment survives.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "decide/routing/canonical_path.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const weft::decide::PathPolicy policy{.normalizes = true, .merges_slashes = size % 2 == 0};
  std::string path = "/" + std::string(reinterpret_cast<const char*>(data), size);
  if (weft::decide::canonicalize_path(path, policy) != weft::decide::PathVerdict::accept) return 0;
  WEFT_ASSERT(path.starts_with('/'));
  const std::string plain = path.substr(0, path.find('?')) + "/";
  WEFT_ASSERT(plain.find("/../") == std::string::npos && plain.find("/./") == std::string::npos);
  return 0;
}
