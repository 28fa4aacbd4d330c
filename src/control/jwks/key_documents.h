// What weftd takes from the documents of an issuer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::control {

// A key set with the public keys of another and nothing else: no shared secret is one that came over the network, and
// what a careless issuer tells of private keys reaches no proxy. Fails where no usable key is left.
Result<std::string> public_key_set(std::string_view document);

// jwks_uri of an OpenID configuration (OpenID Connect Discovery 1.0, 4.3), which must be this issuer's own.
Result<std::string> key_set_url(std::string_view document, std::string_view issuer);

}  // namespace weft::control
