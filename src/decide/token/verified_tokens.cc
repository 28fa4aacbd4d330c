#include "decide/token/verified_tokens.h"

#include <utility>

namespace weft::decide {
namespace {

// Of one generation. A token takes about three times its text with its claims; so at most some 6 MiB a shard.
constexpr size_t kGenerationBytesMax = 1024 * 1024;

}  // namespace

ClaimsPtr VerifiedTokens::find(std::string_view token, const ProviderDigest& provider) {
  if (const auto known = young_.find(token); known != young_.end()) {
    return known->second.provider == provider ? known->second.claims : nullptr;
  }
  const auto known = old_.find(token);
  if (known == old_.end() || known->second.provider != provider) return nullptr;
  ClaimsPtr claims = known->second.claims;
  auto node = old_.extract(known);
  keep(std::move(node.key()), std::move(node.mapped()));
  return claims;
}

void VerifiedTokens::put(std::string_view token, const ProviderDigest& provider, ClaimsPtr claims) {
  keep(std::string(token), {provider, std::move(claims)});
}

void VerifiedTokens::keep(std::string token, Entry entry) {
  if (young_bytes_ + token.size() > kGenerationBytesMax) {
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
  }
  const size_t size = token.size();
  if (young_.insert_or_assign(std::move(token), std::move(entry)).second) young_bytes_ += size;
}

}  // namespace weft::decide
