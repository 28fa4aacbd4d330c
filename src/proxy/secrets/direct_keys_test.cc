// What weft-proxy does with keys besides handshakes goes on once it reads them directly (tls/key_methods.h), which
// holds for a whole process: these tests have it so.
#include <gtest/gtest.h>

#include "jose/key_set.h"
#include "tls/context.h"
#include "tls/key.h"
#include "tls/key_methods.h"
#include "tls/signing_request.h"
#include "tls/testing_identity.h"

namespace weft::proxy {
namespace {

class DirectKeys : public testing::Test {
 protected:
  DirectKeys() { tls::use_direct_key_methods(); }
};

// RFC 7515 A.3.
TEST_F(DirectKeys, VerifyTokens) {
  const auto keys =
      jose::KeySet::parse(R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                          R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  ASSERT_TRUE(keys) << keys.error().detail;
  const std::string signed_text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
      "VlfQ.";
  const std::string signature =
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  EXPECT_TRUE(keys->verify(*jose::Token::parse(signed_text + signature)));
  EXPECT_FALSE(keys->verify(*jose::Token::parse(signed_text + "E" + signature.substr(1))));
}

TEST_F(DirectKeys, RefusePointsThatAreOnNoCurve) {
  const std::string coordinate(43, 'A');
  EXPECT_FALSE(jose::KeySet::parse(R"({"keys":[{"kty":"EC","crv":"P-256","x":")" + coordinate + R"(","y":")" +
                                   coordinate + "\"}]}"));
}

TEST_F(DirectKeys, SignRequestsForCertificates) {
  const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256);
  ASSERT_TRUE(key);
  const auto request = tls::make_signing_request(*key, {});
  ASSERT_TRUE(request) << request.error().detail;
}

TEST_F(DirectKeys, ServeCertificatesFromText) {
  const auto made = tls::issue_for_test({.names = "DNS:shop.test"});
  EXPECT_TRUE(tls::make_context({.credentials = {made.credentials()}}));
}

}  // namespace
}  // namespace weft::proxy
