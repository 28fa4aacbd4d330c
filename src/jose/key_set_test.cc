// Which keys are accepted, and which signatures: RFC vectors, every algorithm both ways, and the known ways to cheat.
#include "jose/key_set.h"

#include <gtest/gtest.h>

#include "jose/signing_for_test.h"

namespace weft::jose {
namespace {

using namespace std::string_literals;

constexpr std::string_view kPayload = R"({"iss":"i","sub":"s"})";

// "" when the token is signed by a key of the set, else why not.
std::string verdict(const std::string& jwks, const std::string& text) {
  const auto set = KeySet::parse(jwks);
  if (!set) return "set: " + set.error().detail;
  const auto token = Token::parse(text);
  if (!token) return std::string(text_of(token.error()));
  const auto verified = set->verify(*token);
  return verified ? "" : std::string(text_of(verified.error()));
}

std::string set_of(const std::string& keys) {
  return R"({"keys":[)" + keys + "]}";
}

std::string secret_jwk(std::string_view secret, const std::string& more = "") {
  return R"({"kty":"oct","k":")" + base64url(secret) + "\"" + more + "}";
}

// RFC 7515 appendix A.1 to A.3 and RFC 8037 A.4 (whose payload is no object, so that only its key is taken).
TEST(KeySet, TakesTheSignaturesOfTheStandards) {
  EXPECT_EQ(
      verdict(
          R"({"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]})",
          "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
          "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
      "");
  const std::string ec = R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                         R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
  EXPECT_EQ(
      verdict(
          ec,
          "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
          "c19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
      "");
}

TEST(KeySet, TakesEveryAlgorithmFromItsKindOfKeyOnly) {
  struct Signer {
    SigningKey key;
    std::vector<std::string> algorithms;
  };
  const std::vector<Signer> signers = {
      {SigningKey::rsa(), {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}},
      {SigningKey::p256(), {"ES256"}},
      {SigningKey::ec("P-384", 48), {"ES384"}},
      {SigningKey::ec("P-521", 66), {"ES512"}},
      {SigningKey::ed25519(), {"EdDSA"}},
  };
  for (const auto& signer : signers) {
    for (const auto& algorithm : signer.algorithms) {
      const std::string token = signer.key.token(algorithm, kPayload);
      for (const auto& other : signers) {
        const bool is_same = &other == &signer;
        const bool is_same_kind = is_same || other.algorithms == signer.algorithms;
        EXPECT_EQ(verdict(other.key.jwks(), token), is_same ? ""
                                                    : is_same_kind
                                                        ? "Jwt verification fails"
                                                        : "Jwks doesn't have key to match kid or alg from Jwt")
            << algorithm;
      }
    }
  }
}

TEST(KeySet, RefusesAnotherKeysSignature) {
  const SigningKey mine = SigningKey::p256();
  const SigningKey other = SigningKey::p256();
  EXPECT_EQ(verdict(other.jwks(), mine.token("ES256", kPayload)), "Jwt verification fails");
  EXPECT_EQ(verdict(set_of(other.jwk() + "," + mine.jwk()), mine.token("ES256", kPayload)), "");
}

TEST(KeySet, TakesSecretsOnlyForHmac) {
  const std::string secret(64, 's');
  for (const char* algorithm : {"HS256", "HS384", "HS512"}) {
    EXPECT_EQ(verdict(set_of(secret_jwk(secret)), secret_token(algorithm, kPayload, secret)), "") << algorithm;
    EXPECT_EQ(verdict(set_of(secret_jwk(secret)), secret_token(algorithm, kPayload, "x" + secret)),
              "Jwt verification fails");
  }
  // RFC 7518 3.2: as long as the hash at least.
  const std::string short_secret(32, 's');
  EXPECT_EQ(verdict(set_of(secret_jwk(short_secret)), secret_token("HS256", kPayload, short_secret)), "");
  EXPECT_EQ(verdict(set_of(secret_jwk(short_secret)), secret_token("HS512", kPayload, short_secret)),
            "Jwks doesn't have key to match kid or alg from Jwt");
  EXPECT_EQ(verdict(set_of(secret_jwk("short")), secret_token("HS256", kPayload, "short")),
            "set: Jwks doesn't have any valid public key");
}

// RFC 8725 3.1: what everybody knows, the public key in whatever spelling, is no secret.
TEST(KeySet, NeverTakesAPublicKeyForASecret) {
  const SigningKey key = SigningKey::rsa();
  const std::string no_key = "Jwks doesn't have key to match kid or alg from Jwt";
  for (const std::string& spelling : {key.jwk(), key.jwks(), key.jwk(R"("kid":"a")")}) {
    EXPECT_EQ(verdict(key.jwks(), secret_token("HS256", kPayload, spelling)), no_key);
  }
  EXPECT_EQ(verdict(key.jwks(), secret_token("HS256", kPayload, "")), no_key);
}

TEST(KeySet, AKeysAlgIsTheOnlyOneItIsUsedFor) {
  const SigningKey key = SigningKey::rsa();
  const std::string jwks = key.jwks(R"("alg":"RS256")");
  EXPECT_EQ(verdict(jwks, key.token("RS256", kPayload)), "");
  EXPECT_EQ(verdict(jwks, key.token("PS256", kPayload)), "Jwks doesn't have key to match kid or alg from Jwt");
  EXPECT_EQ(verdict(key.jwks(R"("alg":"HS256")"), key.token("RS256", kPayload)),
            "set: Jwks doesn't have any valid public key");
}

TEST(KeySet, ChoosesByKeyIdWhereATokenNamesOne) {
  const SigningKey a = SigningKey::p256();
  const SigningKey b = SigningKey::p256();
  const std::string jwks = set_of(a.jwk(R"("kid":"a")") + "," + b.jwk(R"("kid":"b")"));
  const auto named = [](const SigningKey& key, const std::string& id) {
    return key.token("ES256", R"({"alg":"ES256","kid":")" + id + "\"}", kPayload);
  };
  EXPECT_EQ(verdict(jwks, named(a, "a")), "");
  EXPECT_EQ(verdict(jwks, named(b, "b")), "");
  EXPECT_EQ(verdict(jwks, named(a, "b")), "Jwt verification fails");
  EXPECT_EQ(verdict(jwks, b.token("ES256", kPayload)), "");
  for (const char* id : {"c", "", "A", "../../dev/null", "a' OR '1'='1", "a\\u0000"}) {
    EXPECT_EQ(verdict(jwks, named(a, id)), "Jwks doesn't have key to match kid or alg from Jwt") << id;
  }
  // Two keys of one name: either may have signed.
  const std::string twins = set_of(a.jwk(R"("kid":"a")") + "," + b.jwk(R"("kid":"a")"));
  EXPECT_EQ(verdict(twins, named(b, "a")), "");
}

TEST(KeySet, TriesAFewKeysAtMost) {
  std::string keys;
  for (int i = 0; i < 8; ++i) keys += SigningKey::p256().jwk() + ",";
  const SigningKey last = SigningKey::p256();
  EXPECT_EQ(verdict(set_of(keys + last.jwk()), last.token("ES256", kPayload)), "Jwt verification fails");
  EXPECT_EQ(verdict(set_of(last.jwk() + "," + SigningKey::p256().jwk()), last.token("ES256", kPayload)), "");
}

TEST(KeySet, RefusesSignaturesThatAreAlmostRight) {
  const SigningKey ec = SigningKey::p256();
  const std::string good = ec.token("ES256", kPayload);
  const std::string body = good.substr(0, good.rfind('.') + 1);
  const auto with = [&](const std::string& signature) { return verdict(ec.jwks(), body + base64url(signature)); };
  const std::string raw = *from_base64url(good.substr(body.size()));
  EXPECT_EQ(with(raw), "");
  const std::string wrong = "Jwt verification fails";
  EXPECT_EQ(with(std::string(64, '\0')), wrong);  // CVE-2022-21449
  EXPECT_EQ(with(raw.substr(0, 32) + std::string(32, '\0')), wrong);
  EXPECT_EQ(with(std::string(32, '\0') + raw.substr(32)), wrong);
  EXPECT_EQ(with(std::string(64, '\xff')), wrong);  // above the curve's order
  EXPECT_EQ(with(raw + '\0'), wrong);
  EXPECT_EQ(with('\0' + raw), wrong);
  EXPECT_EQ(with(raw.substr(0, 63)), wrong);
  EXPECT_EQ(with(raw.substr(32) + raw.substr(0, 32)), wrong);
  EXPECT_EQ(with("\x30\x06\x02\x01\x01\x02\x01\x01"), wrong);  // DER
  EXPECT_EQ(verdict(ec.jwks(), body + "AA"), wrong);
}

TEST(KeySet, ASignatureIsOfOneText) {
  const SigningKey key = SigningKey::rsa();
  const std::string good = key.token("RS256", kPayload);
  const std::string signature = good.substr(good.rfind('.'));
  const std::string header = good.substr(0, good.find('.'));
  EXPECT_EQ(verdict(key.jwks(), header + "." + base64url(R"({"iss":"i","sub":"t"})") + signature),
            "Jwt verification fails");
  const std::string payload = good.substr(header.size(), good.rfind('.') - header.size());
  EXPECT_EQ(verdict(key.jwks(), base64url(R"({"alg":"RS256","x":1})") + payload + signature), "Jwt verification fails");
  // PKCS #1 v1.5 and PSS are two algorithms.
  EXPECT_EQ(verdict(key.jwks(), key.token("PS256", R"({"alg":"RS256"})", kPayload)), "Jwt verification fails");
}

TEST(KeySet, LeavesOutKeysThatAreNotGoodEnough) {
  const std::string none = "set: Jwks doesn't have any valid public key";
  const SigningKey rsa = SigningKey::rsa();
  const std::string token = rsa.token("RS256", kPayload);
  EXPECT_EQ(verdict(SigningKey::rsa(1024).jwks(), token), none);
  EXPECT_EQ(verdict(rsa.jwks(R"("use":"enc")"), token), none);
  EXPECT_EQ(verdict(rsa.jwks(R"("use":"sig")"), token), "");
  EXPECT_EQ(verdict(rsa.jwks(R"("key_ops":["encrypt"])"), token), none);
  EXPECT_EQ(verdict(rsa.jwks(R"("key_ops":["verify"])"), token), "");
  EXPECT_EQ(verdict(rsa.jwks(R"("kid":7)"), token), none);
  EXPECT_EQ(verdict(set_of(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"), token), none);
  EXPECT_EQ(verdict(set_of(R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})"), token), none);
  EXPECT_EQ(verdict(set_of(R"({"kty":"OKP","crv":"X25519","x":"AA"})"), token), none);
  EXPECT_EQ(verdict(set_of("7,null,[]"), token), none);
  // A point that is not on the curve.
  const std::string zeros = base64url(std::string(31, '\0') + "\x01");
  EXPECT_EQ(verdict(set_of(R"({"kty":"EC","crv":"P-256","x":")" + zeros + R"(","y":")" + zeros + "\"}"), token), none);
  EXPECT_EQ(verdict(set_of(R"({"kty":"XX"},)" + rsa.jwk()), token), "");
}

TEST(KeySet, AnExponentIsOddAndShort) {
  const auto good = parse_object(SigningKey::rsa().jwk());
  const std::string n(*good->text_of("n"));
  const auto parses = [&](const std::string& exponent) {
    return KeySet::parse(set_of(R"({"kty":"RSA","n":")" + n + R"(","e":")" + base64url(exponent) + "\"}")).has_value();
  };
  EXPECT_TRUE(parses("\x01\x00\x01"s));
  EXPECT_FALSE(parses("\x01"));
  EXPECT_FALSE(parses("\x01\x00\x02"s));
  EXPECT_FALSE(parses(std::string(8193, '\xff')));
  EXPECT_FALSE(parses("\xff\xff\xff\xff\xff"));
}

TEST(KeySet, IsADocumentOfItsForm) {
  const auto error = [](const std::string& text) {
    const auto set = KeySet::parse(text);
    return set ? "" : set.error().detail;
  };
  EXPECT_EQ(error("{}"), "Jwks does not have [keys] field");
  EXPECT_EQ(error("nonsense"), "Jwks is an invalid JSON");
  EXPECT_EQ(error(R"({"keys":{}})"), "[keys] in Jwks is not a list");
  EXPECT_EQ(error(R"({"keys":[]})"), "Jwks doesn't have any valid public key");
  EXPECT_EQ(error(R"({"keys":[],"keys":[]})"), "Jwks is an invalid JSON");
  EXPECT_EQ(error(std::string(kKeySetSizeMax + 1, ' ')), "Jwks is over 1 MiB");
  std::string many = "0";
  for (size_t i = 0; i < kKeysMax; ++i) many += ",0";
  EXPECT_EQ(error(set_of(many)), "Jwks has more than 100 keys");
}

TEST(KeySet, AnEmptyOneBelievesNobody) {
  const auto text = SigningKey::p256().token("ES256", kPayload);
  const auto token = Token::parse(text);
  ASSERT_TRUE(token);
  EXPECT_EQ(KeySet().verify(*token).error(), TokenFault::no_usable_keys);
}

}  // namespace
}  // namespace weft::jose
