// Peer: who is at the other end of a mutual TLS connection, by a certificate that has been verified.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::decide {

// A value; made once a connection. Only what a verified certificate says is in it.
struct Peer {
  std::string uri;                     // the URI SAN: "spiffe://cluster.local/ns/shop/sa/api"; empty: there is none
  std::vector<std::string> dns_names;  // DNS SANs
  std::string subject;                 // RFC 2253
  std::string fingerprint;             // SHA-256 of the certificate, in lower-case hexadecimal digits
  std::string serial;                  // of the certificate, lower-case hexadecimal digits
  std::string forwarded;               // what x-forwarded-client-cert says of it, as the chain wants it told

  // As Istio's policies name it: "cluster.local/ns/shop/sa/api". Empty: not a SPIFFE identity.
  std::string_view principal() const {
    constexpr std::string_view kScheme = "spiffe://";
    return std::string_view(uri).starts_with(kScheme) ? std::string_view(uri).substr(kScheme.size())
                                                      : std::string_view();
  }
};

}  // namespace weft::decide
