// The token by which a proxy proves to the control plane who it is.
#pragma once

#include <string>

#include "base/error.h"

namespace weft::xds {

// What the metadata "authorization" says: "Bearer ...", from the file. To be read anew for every connection and call:
// tokens are renewed in place. The error names the file.
Result<std::string> read_authorization(const std::string& token_file);

}  // namespace weft::xds
