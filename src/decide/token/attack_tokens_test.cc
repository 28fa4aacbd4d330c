// What attackers send in place of a token: none may pass, and the good one that each was made from must.
#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"
#include "decide/token/token_judge.h"
#include "jose/signing_for_test.h"

namespace weft::decide {
namespace {

using jose::base64url;
using namespace std::string_literals;

constexpr const char* kPayload = R"({"iss":"https://auth.example.com","sub":"me","aud":"nodejs-api","exp":2000})";
constexpr const char* kHeader = R"({"alg":"RS256","kid":"k1","typ":"JWT"})";

class AttackTokens : public testing::Test {
 protected:
  AttackTokens() {
    TokenProvider provider{.name = "seed", .issuer = "https://auth.example.com", .audiences = {"nodejs-api"}};
    provider.needs_expiry = true;
    provider.keys =
        *jose::KeySet::parse(R"({"keys":[)" + rsa_.jwk(R"("kid":"k1")") + "," + ec_.jwk(R"("kid":"k2")") + "]}");
    provider.headers = {{"authorization", "Bearer "}};
    provider.parameters = {"access_token"};
    rules_.providers.push_back(std::move(provider));
    requirement_.parts = {{.kind = TokenRequirement::Kind::provider}};
    requirement_.allows_missing = true;
  }

  bool passes(const TestRequest& request) {
    const auto verdict = judge_.judge(rules_, requirement_, request.head(), WallTime(std::chrono::seconds(1000)));
    return !verdict.fault && !verdict.accepted.empty();
  }
  bool passes(const std::string& token) { return passes(TestRequest("/").header("authorization", "Bearer " + token)); }

  void expect_refused(const std::vector<std::string>& tokens) {
    for (const auto& token : tokens) {
      EXPECT_FALSE(passes(token)) << token.substr(0, 200);
      ++tried_;
    }
  }

  std::string good(const std::string& payload = kPayload) const { return rsa_.token("RS256", kHeader, payload); }
  std::string with_header(const std::string& header) const { return rsa_.token("RS256", header, kPayload); }
  static std::string unsigned_token(const std::string& header, const std::string& signature = "") {
    return base64url(header) + "." + base64url(kPayload) + "." + base64url(signature);
  }
  // Signed by the attacker, with whatever he takes for a secret.
  static std::string with_secret(const std::string& secret,
                                 const std::string& header = R"({"alg":"HS256","kid":"k1"})") {
    const std::string text = base64url(header) + "." + base64url(kPayload);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return text + "." + base64url({reinterpret_cast<const char*>(digest.data()), size});
  }

  // Made once: finding primes takes its time.
  static const jose::SigningKey& issuers_key() {
    static const jose::SigningKey key = jose::SigningKey::rsa();
    return key;
  }
  static const jose::SigningKey& attackers_key() {
    static const jose::SigningKey key = jose::SigningKey::rsa();
    return key;
  }

  const jose::SigningKey& rsa_ = issuers_key();
  const jose::SigningKey& attackers_ = attackers_key();
  jose::SigningKey ec_ = jose::SigningKey::p256();
  TokenRules rules_;
  TokenRequirement requirement_{.kind = TokenRequirement::Kind::any};
  TokenJudge judge_;
  int tried_ = 0;
};

TEST_F(AttackTokens, TheGoodOnesPass) {
  EXPECT_TRUE(passes(good()));
  EXPECT_TRUE(passes(ec_.token("ES256", R"({"alg":"ES256","kid":"k2"})", kPayload)));
  EXPECT_TRUE(passes(rsa_.token("PS256", R"({"alg":"PS256"})", kPayload)));
  EXPECT_TRUE(passes(TestRequest("/?access_token=" + good())));
}

TEST_F(AttackTokens, WithoutASignature) {
  for (const char* name : {"none", "None", "NONE", "nOnE", "", "null", "RS256"}) {
    const std::string header = R"({"alg":")"s + name + R"(","kid":"k1"})";
    expect_refused(
        {unsigned_token(header), unsigned_token(header, "x"), unsigned_token(header, std::string(256, '\0'))});
  }
  const std::string token = good();
  expect_refused({token.substr(0, token.rfind('.')), token.substr(0, token.rfind('.') + 1),
                  unsigned_token(R"({"kid":"k1"})"), unsigned_token(R"({"alg":null})"), unsigned_token("{}")});
  EXPECT_GE(tried_, 26);
}

TEST_F(AttackTokens, WithThePublicKeyAsASecret) {
  const std::string jwk = rsa_.jwk(R"("kid":"k1")");
  const auto json = jose::parse_object(jwk);
  const std::string modulus(*json->text_of("n"));
  expect_refused({with_secret(jwk), with_secret(rsa_.jwks()), with_secret(modulus),
                  with_secret(*jose::from_base64url(modulus)), with_secret(""), with_secret("secret"),
                  with_secret("k1"), with_secret(std::string(32, '\0')), with_secret(jwk, R"({"alg":"HS256"})"),
                  with_secret(jwk, R"({"alg":"RS256"})"), with_secret(jwk, R"({"alg":"HS512","kid":"k1"})")});
}

TEST_F(AttackTokens, WithKeysOfTheirOwn) {
  const std::string own = attackers_.jwk();
  const auto signed_by_attacker = [&](const std::string& header) {
    return attackers_.token("RS256", header, kPayload);
  };
  expect_refused({
      signed_by_attacker(kHeader),
      signed_by_attacker(R"({"alg":"RS256","jwk":)" + own + "}"),
      signed_by_attacker(R"({"alg":"RS256","kid":"k1","jwk":)" + own + "}"),
      signed_by_attacker(R"({"alg":"RS256","jku":"https://evil.test/keys"})"),
      signed_by_attacker(R"({"alg":"RS256","x5u":"https://evil.test/chain"})"),
      signed_by_attacker(R"({"alg":"RS256","x5c":["AAAA"]})"),
      signed_by_attacker(R"({"alg":"RS256","kid":"../../../../dev/null"})"),
      signed_by_attacker(R"({"alg":"RS256","kid":"x' UNION SELECT 'k1"})"),
      signed_by_attacker(R"({"alg":"RS256","kid":"k1\u0000"})"),
      signed_by_attacker(R"({"alg":"RS256","kid":["k1"]})"),
      signed_by_attacker(R"({"alg":"RS256","kid":""})"),
      signed_by_attacker(R"({"alg":"RS256","kid":"k1","kid":"k2"})"),
      with_secret(std::string(1, '\0'), R"({"alg":"HS256","kid":"../../../../dev/null"})"),
  });
}

TEST_F(AttackTokens, WithHeadersThatMeanSomethingElse) {
  expect_refused({
      with_header(R"({"alg":"RS256","alg":"none"})"),
      with_header(R"({"alg":"none","alg":"RS256"})"),
      with_header(R"({"alg":"RS256","crit":["x"],"x":1})"),
      with_header(R"({"alg":"RS256","crit":["b64"],"b64":false})"),
      with_header(R"({"alg":"RS256","zip":"DEF"})"),
      with_header(R"({"alg":["RS256"]})"),
      with_header(R"({"alg":" RS256"})"),
      with_header(R"({"alg":"RS384"})"),
      with_header(R"({"alg":"PS256"})"),
      with_header(R"({"alg":"ES256","kid":"k2"})"),
      with_header("\xef\xbb\xbf" + std::string(kHeader)),
      with_header(std::string(kHeader) + "{}"),
      with_header(R"({/**/"alg":"RS256"})"),
      with_header("[]"),
  });
}

TEST_F(AttackTokens, WithClaimsThatAreNotForUs) {
  const auto claims = [&](const std::string& iss, const std::string& aud, const std::string& exp) {
    return good(R"({"iss":)" + iss + R"(,"sub":"me","aud":)" + aud + R"(,"exp":)" + exp + "}");
  };
  const std::string us = R"("https://auth.example.com")";
  const std::string api = R"("nodejs-api")";
  ASSERT_TRUE(passes(claims(us, api, "2000")));
  for (const char* issuer :
       {R"("https://auth.example.com/")", R"("https://AUTH.example.com")", R"("auth.example.com")",
        R"("https://auth.example.com.evil.test")", R"(["https://auth.example.com"])", "null", R"("")"}) {
    expect_refused({claims(issuer, api, "2000")});
  }
  for (const char* audience : {R"("nodejs-api-evil")", R"("nodejs")", R"("NODEJS-API")", "[]", R"(["other"])",
                               R"({"a":"nodejs-api"})", R"("nodejs-api other")", R"([["nodejs-api"]])", "null", "1"}) {
    expect_refused({claims(us, audience, "2000")});
  }
  for (const char* expiry : {"939", "0", "-1", R"("2000")", "1e400", "1e30", "null", "true", "[2000]"}) {
    expect_refused({claims(us, api, expiry)});
  }
  expect_refused({
      good(R"({"sub":"me","aud":"nodejs-api","exp":2000})"),
      good(R"({"iss":"https://auth.example.com","aud":"nodejs-api"})"),
      good(R"({"iss":"https://auth.example.com","exp":2000})"),
      good(R"({"iss":"https://auth.example.com","aud":"nodejs-api","exp":2000,"nbf":1061})"),
      good(R"({"iss":"https://evil.test","iss":"https://auth.example.com","aud":"nodejs-api","exp":2000})"),
      good(R"({"iss":"https://auth.example.com","aud":"nodejs-api","exp":1,"exp":2000})"),
  });
  EXPECT_GE(tried_, 32);
}

TEST_F(AttackTokens, WithBytesOutOfPlace) {
  const std::string token = good();
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  const std::string header = token.substr(0, first);
  const std::string payload = token.substr(first + 1, second - first - 1);
  const std::string signature = token.substr(second + 1);
  const std::string ec_text = base64url(R"({"alg":"ES256","kid":"k2"})") + "." + base64url(kPayload);
  expect_refused({
      token + ".",
      "." + token,
      token + "=",
      token + "A",
      " . . ",
      "..",
      "...",
      header,
      header + "." + payload,
      header + "." + signature + "." + payload,
      header + "." + base64url(R"({"iss":"https://auth.example.com","sub":"admin","aud":"nodejs-api","exp":2000})") +
          "." + signature,
      base64url(R"({"alg":"RS256"})") + "." + payload + "." + signature,
      header + "." + payload + "=." + signature,
      header + "." + payload + "." + signature.substr(0, signature.size() - 4),
      header + "." + payload + "." + signature + signature,
      header + "." + payload + "." + good(R"({"iss":"https://auth.example.com"})").substr(0, 342),
      token.substr(0, 100),
      token + "." + payload + "." + signature,
      token + " " + token,
      R"({"payload":")" + payload + R"(","signatures":[{"protected":")" + header + R"(","signature":")" + signature +
          "\"}]}",
      std::string(20'000, 'A'),
      header + "." + base64url(std::string(14'000, '[')) + "." + signature,
      ec_text + "." + base64url(std::string(64, '\0')),
      ec_text + "." + base64url(std::string(64, '\xff')),
      ec_text + "." + base64url("\x30\x06\x02\x01\x01\x02\x01\x01"s),
      ec_text + "." + base64url(std::string(63, '\x01')),
  });
  for (size_t at : {size_t{0}, first + 5, second + 1, token.size() - 2}) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    expect_refused({changed});
  }
  EXPECT_GE(tried_, 29);
}

TEST_F(AttackTokens, BesideAGoodOne) {
  const std::string bad = attackers_.token("RS256", kHeader, kPayload);
  EXPECT_FALSE(
      passes(TestRequest("/").header("authorization", "Bearer " + good()).header("authorization", "Bearer " + bad)));
  EXPECT_FALSE(
      passes(TestRequest("/").header("authorization", "Bearer " + bad).header("authorization", "Bearer " + good())));
  EXPECT_FALSE(passes(TestRequest("/?access_token=" + bad).header("authorization", "Bearer " + good())));
  EXPECT_FALSE(passes(TestRequest("/?access_token=" + good()).header("authorization", "Bearer " + bad)));
  EXPECT_FALSE(passes(TestRequest("/?access_token=" + good() + "&access_token=" + bad)));
}

}  // namespace
}  // namespace weft::decide
