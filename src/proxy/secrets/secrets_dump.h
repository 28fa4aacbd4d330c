// The secrets of a proxy as the part of an Envoy configuration dump that shows them, without their keys.
#pragma once

#include <string>

#include "proxy/secrets/secrets.h"

namespace weft::proxy {

// envoy.admin.v3.SecretsConfigDump as JSON.
std::string secrets_dump(const Secrets& secrets);

}  // namespace weft::proxy
