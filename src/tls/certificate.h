// Certificate: an X.509 certificate (RFC 5280) that parsed; what it says is only worth what a verification made of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "tls/key.h"

struct x509_st;

namespace weft::tls {

// From when until when a certificate holds. Both ends are part of it.
struct Validity {
  WallTime from;
  WallTime until;
};

// The subject alternative names of the kinds that mean something to us.
struct AlternativeNames {
  std::vector<std::string> uris;
  std::vector<std::string> dns_names;
  std::vector<std::string> emails;
  std::vector<std::string> addresses;  // IP addresses as text
};

// An immutable value; copies share.
class Certificate {
 public:
  // Shares OpenSSL's object: takes a reference of its own.
  static Certificate sharing(x509_st* native);

  // Exactly one certificate in PEM, else malformed.
  static Result<Certificate> from_pem(std::string_view pem);
  std::string to_pem() const;

  // Lower-case hexadecimal digits, an even number.
  std::string serial() const;
  // SHA-256 over the whole certificate, lower-case hexadecimal digits.
  std::string fingerprint() const;
  // RFC 2253; empty when there is none.
  std::string subject() const;
  std::string issuer() const;
  // What the subject says of organisations (O), in its order; one with a zero byte reads as an empty one.
  std::vector<std::string> organizations() const;
  Validity validity() const;
  PublicKey public_key() const;
  // Base64 of the SHA-256 over the public key's encoding (RFC 7469 2.4).
  std::string key_pin() const;
  // A name with a zero byte, which means one thing to us and another to C, reads as an empty one: it counts, and
  // matches nothing.
  AlternativeNames alternative_names() const;

  // basicConstraints CA:true.
  bool is_authority() const;
  bool is_self_issued() const;

  x509_st* native() const { return native_.get(); }

 private:
  explicit Certificate(std::shared_ptr<x509_st> native) : native_(std::move(native)) {}

  std::shared_ptr<x509_st> native_;
};

// The certificates of a PEM text in their order: at least one, at most 256 in 1 MiB. Text between them is passed over.
Result<std::vector<Certificate>> read_certificates(std::string_view pem);
std::string to_pem(const std::vector<Certificate>& certificates);

}  // namespace weft::tls
