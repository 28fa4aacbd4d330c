// What a certificate says of its key and of its use, as people name it.
#pragma once

#include <string>
#include <vector>

#include "tls/certificate.h"

namespace weft::tls {

// "ECDSA P-256", "RSA 2048", "Ed25519"; of keys that a mesh does not use, the library's name.
std::string key_words(const PublicKey& key);

// "digital signature", "server", "client", "certificate signing"; in this order. Empty: it says nothing.
std::vector<std::string> usage_words(const Certificate& certificate);

}  // namespace weft::tls
