// Whether a peer's certificates prove who it is, and if not, why: one word for each reason, which counters, logs and
// `weft certs verify` show.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tls/certificate.h"

namespace weft::tls {

enum class ChainFault : uint8_t {
  no_certificate,       // the peer sent none
  untrusted,            // the chain does not lead to a root of ours
  bad_signature,        // a certificate is not signed by the one above it
  not_yet_valid,        // before notBefore
  expired,              // after notAfter
  revoked,              // on the list of revoked certificates
  unknown_revocation,   // lists are in use, and none of its issuer's that holds
  weak_key,             // RSA under 2048 bits, a small curve
  weak_signature,       // signed over SHA-1 or MD5
  wrong_usage,          // not for digital signatures, or not for this side of TLS
  leaf_is_authority,    // CA:true, or may sign certificates
  issuer_no_authority,  // a certificate above the leaf is not CA:true
  path_too_long,        // more intermediates than an authority allows
  no_identity,          // no URI SAN
  several_identities,   // more than one URI SAN
  malformed_identity,   // the URI SAN is no SPIFFE id
  other_trust_domain,   // a SPIFFE id of a trust domain that is not accepted
  other_name,           // none of its names is one that is accepted
  invalid,              // anything else
};
inline constexpr size_t kChainFaults = static_cast<size_t>(ChainFault::invalid) + 1;

// As counters name it: "not_yet_valid".
std::string_view name_of(ChainFault fault);
// As an operator reads it: "a certificate is not valid yet".
std::string_view text_of(ChainFault fault);

// Which side of TLS the checked certificate is presented for.
enum class PeerRole : uint8_t { client, server };

// What a mesh asks of a leaf beyond X.509 (X.509-SVID 5.2): one URI SAN, a SPIFFE id of one of these trust domains
// (any, when there are none), no authority, a strong key, the usages. Whether the chain, the signatures and the dates
// hold is the TLS library's to check; this may be called from its callback. Allocates; once a handshake.
std::optional<ChainFault> check_peer_leaf(x509_st* leaf, PeerRole role, std::span<const std::string> trust_domains);

// The fault behind a result of the TLS library's verification (X509_V_ERR_...), which is not X509_V_OK.
ChainFault fault_of_verification(int result);

// A whole chain as a peer would present it: leaf first, the root may be left out.
struct ChainQuestion {
  const std::vector<Certificate>& chain;
  const std::vector<Certificate>& roots;
  PeerRole role = PeerRole::server;
  std::span<const std::string> trust_domains;
  WallTime now;
};

// The first fault found, from the root down; nothing when the chain proves an identity.
std::optional<ChainFault> check_chain(const ChainQuestion& question);

// Whether an authority's own chain, the authority first, leads to one of these roots and holds now.
std::optional<ChainFault> check_authority(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots,
                                          WallTime now);

}  // namespace weft::tls
