// Claims: what the valid token of a request says, as authorization, routing and the edits of headers ask for it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jose/token.h"
#include "jose/value.h"

namespace weft::decide {

// Where a claim stands: names one below another. Compiled from `request.auth.claims[a][b]` or "a.b".
using ClaimPath = std::vector<std::string>;

// See the head of this file. Immutable and shared: by the requests that bring the same token.
class Claims {
 public:
  // Of a token whose signature holds. Texts of the claims in `space_delimited` become lists, as scopes are (RFC 8693
  // 4.2).
  Claims(jose::Token token, std::span<const std::string> space_delimited);

  // "ISSUER/SUBJECT", which is what Istio's requestPrincipals name; empty when the token lacks either.
  std::string_view principal() const { return principal_; }
  const std::string& issuer() const { return registered_.issuer; }
  const std::string& subject() const { return registered_.subject; }
  const std::vector<std::string>& audiences() const { return registered_.audiences; }
  std::string_view presenter() const;  // azp, whom the token was issued to; empty: it does not say

  // nullptr when there is no such claim.
  const jose::Value* find(std::span<const std::string> path) const;

  // Whether a claim is a text for which `matches(std::string_view)` is true, or a list that holds one.
  template <class Matches>
  bool any(std::span<const std::string> path, Matches matches) const {
    const jose::Value* claim = find(path);
    if (claim == nullptr) return false;
    if (claim->is(jose::Value::Kind::text)) return matches(std::string_view(claim->text));
    for (const jose::Value& item : claim->items) {
      if (item.is(jose::Value::Kind::text) && matches(std::string_view(item.text))) return true;
    }
    return false;
  }

  const jose::RegisteredClaims& registered() const { return registered_; }
  const std::string& encoded() const { return encoded_; }  // the payload as it stands in the token, in base64url

 private:
  jose::RegisteredClaims registered_;
  std::string principal_;
  std::string encoded_;
  jose::Value payload_;
};

}  // namespace weft::decide
