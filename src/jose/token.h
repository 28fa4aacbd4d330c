// Token: a JSON Web Token in compact form (RFC 7519, RFC 7515 3.1), taken apart. Nothing in it is to be believed before
// KeySet::verify() has said so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jose/algorithm.h"
#include "jose/token_fault.h"
#include "jose/value.h"

namespace weft::jose {

// Registered claims (RFC 7519 4.1) in their types; absent ones are empty. Times are seconds since 1970.
struct RegisteredClaims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;
  std::optional<double> begins;   // nbf
  std::optional<double> expires;  // exp
  std::optional<double> issued;   // iat
};

// See the head of this file. Keeps views into the text it was parsed from.
class Token {
 public:
  // Fails for whatever is not exactly one well-formed signed token: other than three parts, base64url with a second
  // spelling, members that stand twice, extensions that must be understood, claims of wrong types.
  static Verified<Token> parse(std::string_view text);

  Algorithm algorithm() const { return algorithm_; }
  const std::optional<std::string>& key_id() const { return key_id_; }
  const RegisteredClaims& claims() const { return claims_; }
  const Value& payload() const { return payload_; }
  std::string_view payload_text() const { return payload_text_; }  // as it stands in the token, in base64url
  std::string_view signed_text() const { return signed_text_; }
  const std::string& signature() const { return signature_; }

  Value take_payload() && { return std::move(payload_); }

 private:
  Verified<> read_header(std::string_view text);
  Verified<> read_payload(std::string_view text);

  Algorithm algorithm_ = Algorithm::rs256;
  std::optional<std::string> key_id_;
  RegisteredClaims claims_;
  Value payload_;
  std::string_view payload_text_;
  std::string_view signed_text_;
  std::string signature_;
};

// A request's head has at most 60 KiB; tokens of real issuers have 1 to 4.
inline constexpr size_t kTokenSizeMax = 16 * 1024;

}  // namespace weft::jose
