// The intermediate of this weftd: what signs leaves, so that a root's key is touched once a year. Its key never leaves
// the state folder.
#pragma once

#include <string>

#include "base/error.h"
#include "control/ca/trust.h"
#include "tls/certificate_issue.h"

namespace weft::control {

// The one in the file at `path` (certificate and key in PEM, 0600) if `root` has signed it and more than half of its
// year is left; else a new one, written there. Refused when others may read the file; malformed when it does not parse.
Result<tls::Issuer> load_or_make_intermediate(const std::string& path, const tls::Issuer& root, WallTime now);

}  // namespace weft::control
