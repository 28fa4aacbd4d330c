// Any bytes as a token: no crash; and where it parses, no key of ours signed it.
#include <cstdint>

#include "base/assert.h"
#include "jose/key_set.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::jose;
  static const auto keys = KeySet::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},)"
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  WEFT_ASSERT(keys.has_value());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto token = Token::parse(text)) {
    WEFT_ASSERT(text.starts_with(token->signed_text()));
    WEFT_ASSERT(!keys->verify(*token));
  }
  return 0;
}
