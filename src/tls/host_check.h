// Whether a certificate is one for a host, as servers of the Web are known.
#pragma once

#include <string>

#include "tls/certificate.h"

namespace weft::tls {

// By name or IP address, in the subjectAltName alone (RFC 6125); a wildcard stands for one whole label.
bool is_for_host(const Certificate& certificate, const std::string& host);

}  // namespace weft::tls
