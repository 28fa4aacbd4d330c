// Secrets in files that only their owner may read: made once, checked at every start.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace weft::control {

// The bytes of the file at `path`; when there is none, it is made (0600, synced before this returns) with `size` bytes
// from the TLS library's generator. Refused (denied, with the command that mends it) when it is not a plain file of ours
// that nobody else may read; malformed when its size is another.
Result<std::string> load_or_make_secret(const std::string& path, size_t size);

}  // namespace weft::control
