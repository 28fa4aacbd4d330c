#include "jose/token_fault.h"

#include <array>

namespace weft::jose {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 32> kTexts = {
    "Jwt is missing",
    "Found multiple Jwt tokens",
    "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
    "Jwt header is an invalid Base64url encoded",
    "Jwt header is an invalid JSON",
    "Jwt header [alg] field is required and must be a string",
    "Jwt header [alg] is not supported",
    "Jwt header [kid] field is not a string",
    "Jwt header has extensions that are not supported",
    "Jwt payload is an invalid Base64url encoded",
    "Jwt payload is an invalid JSON",
    "Jwt payload [iss] field is not a string",
    "Jwt payload [sub] field is not a string",
    "Jwt payload [iat] field is not an integer",
    "Jwt payload [nbf] field is not an integer",
    "Jwt payload [exp] field is not an integer",
    "Jwt payload [iat] field is not a positive 64 bit integer",
    "Jwt payload [nbf] field is not a positive 64 bit integer",
    "Jwt payload [exp] field is not a positive 64 bit integer",
    "Jwt payload [jti] field is not a string",
    "Jwt payload [aud] field is not a string or string list",
    "Jwt signature is an invalid Base64url encoded",
    "Jwt not yet valid",
    "Jwt is expired",
    "Jwt has no expiration",
    "Jwt lives longer than allowed",
    "Jwt issuer is not configured",
    "Audiences in Jwt are not allowed",
    "Subject in Jwt is not allowed",
    "Jwks doesn't have key to match kid or alg from Jwt",
    "Jwt verification fails",
    "Jwks doesn't have any valid public key",
};

static_assert(static_cast<size_t>(TokenFault::no_usable_keys) + 1 == kTexts.size());

}  // namespace

std::string_view text_of(TokenFault fault) {
  return kTexts[static_cast<size_t>(fault)];
}

}  // namespace weft::jose
