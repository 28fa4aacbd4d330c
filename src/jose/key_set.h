// KeySet: a JSON Web Key Set (RFC 7517 section 5): whose signatures are believed.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "jose/key.h"
#include "jose/token.h"
#include "jose/token_fault.h"

namespace weft::jose {

// See the head of this file. Immutable; any thread.
class KeySet {
 public:
  KeySet() = default;  // believes nobody

  // Keys that cannot be used are left out, as RFC 7517 section 5 asks. Fails for what is no key set, or where no key is
  // left.
  static Result<KeySet> parse(std::string_view text);

  // Whether one of the keys signed the token.
  Verified<> verify(const Token& token) const;

  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

// A set as large as weftd fetches one; more keys than any issuer has at a time.
inline constexpr size_t kKeySetSizeMax = 1024 * 1024;
inline constexpr size_t kKeysMax = 100;

}  // namespace weft::jose
