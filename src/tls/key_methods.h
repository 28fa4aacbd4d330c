// How OpenSSL reads and uses public keys: in its older way, which spares each handshake the search for a decoder.
#pragma once

namespace weft::tls {

// Elliptic curves only. From then on keys are made by make_curve_key (openssl.h), and not by EVP_EC_gen, whose
// names for curves the older way does not know. Before any key: one that the newer way has read cannot sign in the
// older one ("command not supported"). For the whole process, from the first call on; for proxies, which do nothing but
// handshakes. Without effect where OpenSSL was built without engines: then handshakes only cost more.
void use_direct_key_methods();

}  // namespace weft::tls
