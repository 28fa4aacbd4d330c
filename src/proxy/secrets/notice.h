// CertificateNotice: what the control plane says of certificates that are still good by their dates (docs/adr/0007).
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weft::proxy {

// The secret that brings it.
inline constexpr std::string_view kNoticeName = "weft.dev/certificates";

using Serials = std::set<std::string, std::less<>>;  // as tls::Certificate::serial() has them

// A value.
struct CertificateNotice {
  Serials replace;  // of ours: to be replaced at once
  Serials revoked;  // of anybody's: nobody accepts them
};

// Of the JSON that weftd sends. Fails with `malformed`.
Result<CertificateNotice> read_notice(std::string_view json);

}  // namespace weft::proxy
