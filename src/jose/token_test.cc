// Each way in which a token can be out of form, with the text that users of Envoy know.
#include "jose/token.h"

#include <gtest/gtest.h>

#include "jose/base64url.h"

namespace weft::jose {
namespace {

constexpr const char* kHeader = R"({"alg":"RS256","kid":"k"})";
constexpr const char* kPayload = R"({"iss":"i","sub":"s","aud":["a","b"],"exp":200,"nbf":100.5,"iat":1,"jti":"x"})";

std::string joined(std::string_view header, std::string_view payload) {
  return base64url(header) + "." + base64url(payload) + ".c2ln";
}

std::string fault(const std::string& text) {
  const auto token = Token::parse(text);
  return token ? "" : std::string(text_of(token.error()));
}
std::string header_fault(std::string_view header) {
  return fault(joined(header, kPayload));
}
std::string payload_fault(std::string_view payload) {
  return fault(joined(kHeader, payload));
}

TEST(Token, SaysWhatItHolds) {
  const std::string text = joined(kHeader, kPayload);
  const auto token = Token::parse(text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->algorithm(), Algorithm::rs256);
  EXPECT_EQ(token->key_id(), "k");
  EXPECT_EQ(token->claims().issuer, "i");
  EXPECT_EQ(token->claims().subject, "s");
  EXPECT_EQ(token->claims().audiences, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(token->claims().expires, 200);
  EXPECT_EQ(token->claims().begins, 100.5);
  EXPECT_EQ(token->claims().issued, 1);
  EXPECT_EQ(token->signature(), "sig");
  EXPECT_EQ(token->payload_text(), base64url(kPayload));
  EXPECT_EQ(token->signed_text(), text.substr(0, text.rfind('.')));
}

TEST(Token, HasThreeParts) {
  const std::string form = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
  for (const char* text : {"", ".", "..", "a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "a.b.c.", ".a.b.c", "a b c"}) {
    EXPECT_EQ(fault(text), form) << text;
  }
  // Encrypted ones have five, the JSON serialization none.
  EXPECT_EQ(fault("a.b.c.d.e"), form);
  EXPECT_EQ(fault(R"({"payload":"e30","signatures":[]})"), form);
  EXPECT_EQ(fault(joined(kHeader, kPayload) + std::string(kTokenSizeMax, 'A')), form);
}

TEST(Token, IsUnsignedUnderNoName) {
  for (const char* name : {"none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "ES256K", "RSA-OAEP", "dir", "HS1"}) {
    EXPECT_EQ(header_fault(std::string(R"({"alg":")") + name + "\"}"), "Jwt header [alg] is not supported") << name;
  }
  const std::string missing = "Jwt header [alg] field is required and must be a string";
  EXPECT_EQ(header_fault("{}"), missing);
  EXPECT_EQ(header_fault(R"({"alg":["RS256"]})"), missing);
  EXPECT_EQ(header_fault(R"({"alg":null})"), missing);
  EXPECT_EQ(header_fault(R"({"ALG":"RS256"})"), missing);
}

TEST(Token, HasAHeaderWithoutDoubts) {
  EXPECT_EQ(header_fault("[]"), "Jwt header is an invalid JSON");
  EXPECT_EQ(header_fault(R"({"alg":"RS256","alg":"none"})"), "Jwt header is an invalid JSON");
  EXPECT_EQ(header_fault(R"({"alg":"RS256","kid":1})"), "Jwt header [kid] field is not a string");
  for (const char* member : {R"("crit":["exp"])", R"("crit":[])", R"("b64":false)", R"("zip":"DEF")"}) {
    EXPECT_EQ(header_fault(std::string(R"({"alg":"RS256",)") + member + "}"),
              "Jwt header has extensions that are not supported");
  }
  EXPECT_EQ(header_fault(R"({"alg":"RS256","jku":"https://evil.test","jwk":{"kty":"oct","k":"AA"},"x5u":"x"})"), "");
}

TEST(Token, HasOneSpelling) {
  const std::string good = joined(kHeader, kPayload);
  EXPECT_EQ(fault("=" + good), "Jwt header is an invalid Base64url encoded");
  EXPECT_EQ(fault(" " + good), "Jwt header is an invalid Base64url encoded");
  const std::string header = base64url(kHeader);
  EXPECT_EQ(fault(header + ".+/==.c2ln"), "Jwt payload is an invalid Base64url encoded");
  EXPECT_EQ(fault(good + "="), "Jwt signature is an invalid Base64url encoded");
  EXPECT_EQ(fault(good + "\n"), "Jwt signature is an invalid Base64url encoded");
  // Bits that no byte owns.
  EXPECT_EQ(fault(header + "." + base64url(kPayload) + ".AB"), "Jwt signature is an invalid Base64url encoded");
  EXPECT_EQ(fault(header + "." + base64url(kPayload) + ".A"), "Jwt signature is an invalid Base64url encoded");
}

TEST(Token, HasClaimsOfTheirTypes) {
  EXPECT_EQ(payload_fault("{}"), "");
  EXPECT_EQ(payload_fault("text"), "Jwt payload is an invalid JSON");
  EXPECT_EQ(payload_fault(R"({"sub":"a","sub":"b"})"), "Jwt payload is an invalid JSON");
  EXPECT_EQ(payload_fault(R"({"iss":["i"]})"), "Jwt payload [iss] field is not a string");
  EXPECT_EQ(payload_fault(R"({"sub":7})"), "Jwt payload [sub] field is not a string");
  EXPECT_EQ(payload_fault(R"({"jti":7})"), "Jwt payload [jti] field is not a string");
  EXPECT_EQ(payload_fault(R"({"aud":7})"), "Jwt payload [aud] field is not a string or string list");
  EXPECT_EQ(payload_fault(R"({"aud":["a",7]})"), "Jwt payload [aud] field is not a string or string list");
  EXPECT_EQ(payload_fault(R"({"exp":"9999999999"})"), "Jwt payload [exp] field is not an integer");
  EXPECT_EQ(payload_fault(R"({"exp":true})"), "Jwt payload [exp] field is not an integer");
  EXPECT_EQ(payload_fault(R"({"exp":-1})"), "Jwt payload [exp] field is not a positive 64 bit integer");
  EXPECT_EQ(payload_fault(R"({"exp":1e30})"), "Jwt payload [exp] field is not a positive 64 bit integer");
  EXPECT_EQ(payload_fault(R"({"exp":1e400})"), "Jwt payload is an invalid JSON");
  EXPECT_EQ(payload_fault(R"({"nbf":"1"})"), "Jwt payload [nbf] field is not an integer");
  EXPECT_EQ(payload_fault(R"({"nbf":-1})"), "Jwt payload [nbf] field is not a positive 64 bit integer");
  EXPECT_EQ(payload_fault(R"({"iat":{}})"), "Jwt payload [iat] field is not an integer");
  EXPECT_EQ(payload_fault(R"({"iat":-0.5})"), "Jwt payload [iat] field is not a positive 64 bit integer");
}

}  // namespace
}  // namespace weft::jose
