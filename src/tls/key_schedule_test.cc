#include "tls/key_schedule.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "base/hex.h"
#include "tls/hmac.h"

namespace weft::tls {
namespace {

// What OpenSSL is asked for; what is not set is not given along.
struct Question {
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  std::string digest = "SHA2-256";
  std::string key;
  std::string salt;
  std::string prefix = "tls13 ";
  std::string label;
  std::string data;
  size_t size = 32;
};

OSSL_PARAM octets(const char* name, const std::string& value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

// The answer in hex; "refused" when there is none.
std::string answer(Question question, const char* properties) {
  EVP_KDF* method = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_3_KDF, properties);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(method);
  std::vector<OSSL_PARAM> given;
  given.push_back(OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &question.mode));
  given.push_back(OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, question.digest.data(), 0));
  if (!question.key.empty()) given.push_back(octets(OSSL_KDF_PARAM_KEY, question.key));
  if (!question.salt.empty()) given.push_back(octets(OSSL_KDF_PARAM_SALT, question.salt));
  given.push_back(octets(OSSL_KDF_PARAM_PREFIX, question.prefix));
  given.push_back(octets(OSSL_KDF_PARAM_LABEL, question.label));
  if (!question.data.empty()) given.push_back(octets(OSSL_KDF_PARAM_DATA, question.data));
  given.push_back(OSSL_PARAM_construct_end());
  std::vector<uint8_t> out(question.size);
  const bool is_derived = EVP_KDF_derive(context, out.data(), out.size(), given.data()) == 1;
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(method);
  return is_derived ? to_hex(out) : "refused";
}

std::string own_answer(const Question& question) {
  return answer(question, key_schedule_properties());
}

std::string of_openssl(const Question& question) {
  return answer(question, "provider=default");
}

TEST(KeySchedule, isUsedWhereItsPropertiesAreAskedFor) {
  ASSERT_NE(key_schedule_properties(), nullptr);
  EVP_KDF* method = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_3_KDF, key_schedule_properties());
  EXPECT_STREQ(OSSL_PROVIDER_get0_name(EVP_KDF_get0_provider(method)), "weft");
  EVP_KDF_free(method);
}

// RFC 8448 3, the simple 1-RTT handshake.
TEST(KeySchedule, beginsAsInTheExampleOfTheRfc) {
  const std::string early = own_answer({.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .label = "derived"});
  EXPECT_EQ(early, "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
}

TEST(KeySchedule, saysWhatOpensslSays) {
  const std::string key(32, 'k');
  const std::string long_key(48, 'K');
  const std::string shared("\x8b\xd4\x05\x4f\xb5\x5b\x9d\x63", 8);
  const std::vector<Question> questions = {
      {.key = key, .label = "c hs traffic", .data = std::string(32, 'h')},
      {.key = key, .label = "key", .size = 16},
      {.key = key, .label = "iv", .size = 12},
      {.key = key, .label = "finished"},
      {.key = key, .label = "exporter", .data = std::string(32, '\0'), .size = 100},
      {.digest = "SHA2-384", .key = long_key, .label = "s ap traffic", .data = std::string(48, 'h'), .size = 48},
      {.digest = "SHA2-384", .key = long_key, .label = "key", .size = 32},
      {.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .label = "derived"},
      {.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .key = shared, .salt = key, .label = "derived"},
      {.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .salt = key, .label = "derived"},
      {.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .key = shared, .label = "derived"},
      {.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY,
       .digest = "SHA2-384",
       .key = shared,
       .salt = long_key,
       .label = "derived",
       .size = 48},
  };
  for (const Question& question : questions) {
    const std::string expected = of_openssl(question);
    EXPECT_NE(expected, "refused") << question.label;
    EXPECT_EQ(own_answer(question), expected) << question.label << ", mode " << question.mode;
  }
}

TEST(KeySchedule, refusesWhatTls13HasNot) {
  const std::string key(32, 'k');
  EXPECT_EQ(own_answer({.digest = "SHA2-512", .key = key, .label = "key"}), "refused");
  EXPECT_EQ(own_answer({.mode = EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, .key = key, .label = "key"}), "refused");
  EXPECT_EQ(own_answer({.label = "key"}), "refused") << "there is no key";
  EXPECT_EQ(own_answer({.key = key, .label = std::string(250, 'l')}), "refused") << "with its prefix 256 bytes";
  EXPECT_EQ(own_answer({.key = key, .label = "l", .data = std::string(256, 'd')}), "refused");
  EXPECT_EQ(own_answer({.mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY, .label = "derived", .size = 31}), "refused");
}

Bytes bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string hmac_sha256(const std::string& key, const std::vector<std::string>& parts) {
  Hmac<Sha256> hmac(bytes(key));
  Digest<Sha256> digest;
  for (int round = 0; round < 2; ++round) {  // the second time shows that nothing stays of the first
    for (const std::string& part : parts) hmac.add(bytes(part));
    hmac.finish(digest);
  }
  return to_hex(digest);
}

// RFC 4231 4.3 and 4.7 (a key longer than a block).
TEST(Hmac, isThatOfTheRfc) {
  EXPECT_EQ(hmac_sha256("Jefe", {"what do ya want ", "for nothing?"}),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"}),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 5869 A.1: 42 bytes, more than one digest.
TEST(Hmac, expandsAsInTheRfc) {
  const std::vector<uint8_t> key = {0x07, 0x77, 0x09, 0x36, 0x2c, 0x2e, 0x32, 0xdf, 0x0d, 0xdc, 0x3f,
                                    0x0d, 0xc4, 0x7b, 0xba, 0x63, 0x90, 0xb6, 0xc7, 0x3b, 0xb5, 0x0f,
                                    0x9c, 0x31, 0x22, 0xec, 0x84, 0x4a, 0xd7, 0xc2, 0xb3, 0xe5};
  const std::vector<uint8_t> info = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9};
  const std::vector<Bytes> parts = {Bytes(info).first(4), Bytes(info).subspan(4)};
  std::vector<uint8_t> out(42);
  ASSERT_TRUE(hkdf_expand<Sha256>(key, parts, out));
  EXPECT_EQ(to_hex(out), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  std::vector<uint8_t> too_much(255 * 32 + 1);
  EXPECT_FALSE(hkdf_expand<Sha256>({}, parts, too_much));
}

}  // namespace
}  // namespace weft::tls
