// TLS 1.3's key schedule (RFC 8446 7.1), computed without OpenSSL's look-ups.
#pragma once

namespace weft::tls {

// The property query to make an SSL_CTX with, so that its handshakes use this key schedule. Null, with which
// SSL_CTX_new_ex has OpenSSL's own: it could not be set up. For the whole process, from the first call on; any thread.
const char* key_schedule_properties();

}  // namespace weft::tls
