// SigningRequest: PKCS #10 (RFC 2986), with which the owner of a key asks for a certificate. It proves that the asker
// holds the key, and nothing else: who the certificate is for is never taken from it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "tls/key.h"

namespace weft::tls {

// The request for a key, in PEM. `uri` is put into it as the SAN that agents of Istio's state too; empty: none.
Result<std::string> make_signing_request(const PrivateKey& key, std::string_view uri);

// The public key that a request in PEM is for. Fails with too_large (over 16 KiB), malformed, denied (its signature is
// not by that key) or invalid (a weak key).
Result<PublicKey> read_signing_request(std::string_view pem);

}  // namespace weft::tls
