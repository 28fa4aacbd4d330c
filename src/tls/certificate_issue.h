// Making certificates: roots, intermediates and workloads' leaves. Every certificate gets a random serial of 128 bits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tls/certificate.h"
#include "tls/key.h"
#include "tls/spiffe_id.h"

namespace weft::tls {

// How far the start of a certificate lies before the moment it is made, for clocks that are behind ours.
inline constexpr Duration kBackdating = std::chrono::seconds(60);

// An authority that signs: its certificate and the key that belongs to it.
struct Issuer {
  Certificate certificate;
  PrivateKey key;
};

// A root that signs itself. `name` becomes the common name: roots need different ones, or a chain could be built with
// the wrong one.
Result<Certificate> issue_root(const PrivateKey& key, std::string_view name, const Validity& validity);

// An authority that issues leaves only (path length 0). It ends with its issuer at the latest, as a leaf does.
Result<Certificate> issue_intermediate(const Issuer& issuer, const PublicKey& key, std::string_view name,
                                       const Validity& validity);

// A workload's certificate (X.509-SVID): no subject, the id as its only SAN (critical, therefore), for both sides of
// TLS.
Result<Certificate> issue_leaf(const Issuer& issuer, const PublicKey& key, const SpiffeId& id,
                               const Validity& validity);

// A server's certificate with these host names and IP addresses, and no identity of a mesh.
Result<Certificate> issue_server(const Issuer& issuer, const PublicKey& key, const std::vector<std::string>& names,
                                 const Validity& validity);

// Who calls a server, by its subject alone: CN and O.
struct Caller {
  std::string_view name;
  std::string_view organization;
};
Result<Certificate> issue_client(const Issuer& issuer, const PublicKey& key, const Caller& caller,
                                 const Validity& validity);

}  // namespace weft::tls
