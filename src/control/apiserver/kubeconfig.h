// The kubeconfig file that makes kubectl talk to this weftd.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace weft::control {

// Written whole, 0600: it holds the admin's token.
Result<void> write_kubeconfig(const std::string& path, uint16_t api_port, const std::string& token);

}  // namespace weft::control
