// read_file: a file that a flag or a setting names, as a whole.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace weft {

// From an offset on. At most so many bytes: what is named by mistake, a device or a log, must not fill the memory;
// `too_large` then. The error names the file. Blocking: not for the request path.
Result<std::string> read_file(const std::string& path, size_t bytes_max, uint64_t from = 0);

}  // namespace weft
