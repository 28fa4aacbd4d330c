#include "jose/key_set.h"

#include "jose/signature.h"
#include "jose/value.h"

namespace weft::jose {
namespace {

// How many keys are tried for one token: each costs a signature check, which a stranger makes us do.
constexpr int kTriesMax = 8;

}  // namespace

Result<KeySet> KeySet::parse(std::string_view text) {
  if (text.size() > kKeySetSizeMax) return fail(Reason::too_large, "Jwks is over 1 MiB");
  const auto document = parse_object(text);
  if (!document) return fail(Reason::malformed, "Jwks is an invalid JSON");
  const Value* list = document->find("keys");
  if (list == nullptr) return fail(Reason::invalid, "Jwks does not have [keys] field");
  if (!list->is(Value::Kind::list)) return fail(Reason::invalid, "[keys] in Jwks is not a list");
  if (list->items.size() > kKeysMax) return fail(Reason::too_large, "Jwks has more than 100 keys");
  KeySet set;
  for (const Value& jwk : list->items) {
    if (auto key = Key::from_jwk(jwk)) set.keys_.push_back(*std::move(key));
  }
  if (set.keys_.empty()) return fail(Reason::invalid, std::string(text_of(TokenFault::no_usable_keys)));
  return set;
}

// A token that names its key is checked with keys of that name alone; names are compared, never looked up elsewhere.
Verified<> KeySet::verify(const Token& token) const {
  if (keys_.empty()) return std::unexpected(TokenFault::no_usable_keys);
  int tries = 0;
  for (const Key& key : keys_) {
    const bool is_meant = !token.key_id() || (key.id() && *key.id() == *token.key_id());
    if (!is_meant || !key.allows(token.algorithm())) continue;
    if (++tries > kTriesMax) break;
    if (is_signed(token.signed_text(), token.signature(), token.algorithm(), key)) return {};
  }
  return std::unexpected(tries == 0 ? TokenFault::no_key : TokenFault::not_signed);
}

}  // namespace weft::jose
