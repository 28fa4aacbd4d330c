// VerifiedTokens: tokens whose signatures have been checked, so that a client that sends the same one again costs a
// lookup. Only valid ones are kept: a stranger cannot fill it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "decide/token/claims.h"
#include "decide/token/token_rules.h"

namespace weft::decide {

using ClaimsPtr = std::shared_ptr<const Claims>;

// One shard's. Keyed by the whole token; an entry holds for providers of one digest, that is of the same keys. Whether
// the claims are acceptable now (times, audiences) is asked again each time.
class VerifiedTokens {
 public:
  // nullptr when the token is not known, or under another provider.
  ClaimsPtr find(std::string_view token, const ProviderDigest& provider);
  void put(std::string_view token, const ProviderDigest& provider, ClaimsPtr claims);

 private:
  // A token that was found to be good, by whose keys, and what it says.
  struct Entry {
    ProviderDigest provider;
    ClaimsPtr claims;
  };
  // Finds a token by a view of it, without a copy.
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Generation = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;

  void keep(std::string token, Entry entry);

  // What was used since the last change of generations, and before: an entry that nobody asks for leaves with the
  // second change.
  Generation young_;
  Generation old_;
  size_t young_bytes_ = 0;
};

}  // namespace weft::decide
