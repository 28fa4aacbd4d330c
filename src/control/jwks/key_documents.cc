#include "control/jwks/key_documents.h"

#include <array>

#include "api/tree.h"
#include "jose/key_set.h"
#include "jose/value.h"

namespace weft::control {
namespace {

// RFC 7517 4 and RFC 7518 6: what a public key consists of.
constexpr std::array kPublicMembers = {"kty", "use", "key_ops", "alg", "kid", "crv", "x", "y", "n", "e"};

api::Json public_half(const api::Json& key) {
  api::Json half = api::Json::object();
  for (const char* member : kPublicMembers) {
    if (key.contains(member)) half[member] = key[member];
  }
  return half;
}

}  // namespace

Result<std::string> public_key_set(std::string_view document) {
  WEFT_TRY(const auto checked, jose::KeySet::parse(document));
  WEFT_TRY(const auto json, api::parse_json(document));
  api::Json keys = api::Json::array();
  for (const auto& key : json["keys"]) {
    if (key.is_object() && key.value("kty", api::Json()) != "oct") keys.push_back(public_half(key));
  }
  std::string text = api::Json{{"keys", std::move(keys)}}.dump();
  WEFT_TRY(const auto usable, jose::KeySet::parse(text));
  return text;
}

Result<std::string> key_set_url(std::string_view document, std::string_view issuer) {
  const auto configuration = jose::parse_object(document);
  if (!configuration) return fail(Reason::malformed, "the OpenID configuration is no JSON object");
  if (configuration->text_of("issuer") != issuer)
    return fail(Reason::invalid, "the OpenID configuration is of another issuer");
  const auto url = configuration->text_of("jwks_uri");
  if (!url) return fail(Reason::invalid, "the OpenID configuration has no jwks_uri");
  return std::string(*url);
}

}  // namespace weft::control
