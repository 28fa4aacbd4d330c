// An authority that the operator plugs in instead of the one Weft makes, in the four texts that Istio's `cacerts`
// Secret has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "control/store/object.h"
#include "tls/certificate_issue.h"

namespace weft::control {

// The four texts as they were given. A value with a secret in it.
struct PluggedTexts {
  std::string certificate;  // ca-cert.pem: issues leaves
  std::string key;          // ca-key.pem
  std::string chain;        // cert-chain.pem: from ca-cert.pem up to below the root; may be empty
  std::string roots;        // root-cert.pem: everything that is trusted
};

// Who issues workloads' certificates: what stands between a leaf and the trusted roots, and these.
struct Signing {
  tls::Issuer issuer;
  std::vector<tls::Certificate> above;  // the issuer's own chain, the issuer first, without the root
  tls::Certificate root;                // the one that the chain leads to
  std::vector<tls::Certificate> roots;  // all that is trusted
};

// Checks that the parts belong together: key and certificate, CA:true, a chain up to one of the roots that holds now.
Result<Signing> read_plugged(const PluggedTexts& texts, WallTime now);

// The texts in FOLDER/cacerts/; nothing when there is no such folder. Its key must be a file that only we may read.
Result<std::optional<PluggedTexts>> plugged_files(const std::string& folder);

// The texts in the body of a Secret (data in base64).
Result<PluggedTexts> plugged_secret(const Object& secret);

}  // namespace weft::control
