// Secrets as xDS resources (envoy.extensions.transport_sockets.tls.v3.Secret). Pure. What is in them must not be
// logged, shown or hashed into anything that is.
#pragma once

#include <string>
#include <string_view>

#include "control/translate/encoded.h"

namespace weft::control::translate {

// Under which names clients ask for what is always there, as Istio's do, and for weftd's own notice.
inline constexpr std::string_view kTrustBundleSecret = "ROOTCA";
inline constexpr std::string_view kOwnCertificateSecret = "default";
inline constexpr std::string_view kNoticeSecret = "weft.dev/certificates";

// Whom to believe: authorities in PEM, and their lists of revoked certificates, if there are any.
Encoded validation_secret(std::string name, std::string_view authorities, std::string_view revocation_lists = {});

// A chain and its key in PEM.
Encoded certificate_secret(std::string name, std::string_view chain, std::string_view key);

// A text that only its reader understands.
Encoded generic_secret(std::string name, std::string_view text);

}  // namespace weft::control::translate
