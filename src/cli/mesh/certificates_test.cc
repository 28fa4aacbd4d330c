#include "cli/mesh/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/base64.h"
#include "tls/testing_certificates.h"

namespace weft::cli {
namespace {

using api::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json certificate(const std::string& serial, const std::string& pod, const std::string& state) {
  return {{"serial", serial},
          {"identity", "spiffe://cluster.local/ns/shop/sa/api"},
          {"namespace", "shop"},
          {"pod", pod},
          {"issued", "2026-01-01T00:00:00Z"},
          {"expires", "2026-01-02T00:00:00Z"},
          {"remainingPercent", 42},
          {"state", state}};
}

TEST(Certificates, AreListed) {
  EXPECT_EQ(render(certificates_table({certificate("01", "api-1", "active")})),
            "IDENTITY                                POD          SERIAL   ISSUED                 "
            "EXPIRES                LEFT   STATE\n"
            "spiffe://cluster.local/ns/shop/sa/api   shop/api-1   01       2026-01-01T00:00:00Z   "
            "2026-01-02T00:00:00Z   42%    active\n");
}

TEST(Certificates, AreFoundByTheirPods) {
  const std::vector all = {certificate("01", "a", "active"), certificate("02", "b", "active")};
  EXPECT_THAT(serials_of(certificates_of({{"shop", "b"}}, all)), ElementsAre("02"));
  EXPECT_THAT(certificates_of({{"other", "b"}}, all), IsEmpty());
}

TEST(Certificates, AreReplacedOnceThePodHasANewerOne) {
  const auto old = certificate("01", "a", "replacing");
  EXPECT_THAT(still_using({"01"}, {old}), ElementsAre("shop/a"));
  EXPECT_THAT(still_using({"01"}, {certificate("01", "a", "replaced"), certificate("02", "a", "active")}), IsEmpty());
  EXPECT_THAT(still_using({"01"}, {certificate("01", "a", "revoked"), certificate("02", "b", "active")}),
              ElementsAre("shop/a"));
  EXPECT_THAT(still_using({"01"}, {certificate("02", "b", "active")}), IsEmpty()) << "expired and dropped";
}

TEST(Certificates, AreDescribedWithAllThatTheySay) {
  const tls::TestAuthority authority;
  const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  auto chain = authority.chain_for(key, "spiffe://cluster.local/ns/shop/sa/api", tls::FaultyOrder{}.validity);
  chain.push_back(authority.root.certificate);
  const auto text = describe_chain(chain);
  EXPECT_THAT(text, HasSubstr("leaf\n  Serial       " + chain[0].serial() +
                              "\n  Issuer       CN=test intermediate\n"
                              "  Names        URI:spiffe://cluster.local/ns/shop/sa/api\n"
                              "  Not before   1970-01-01T01:00:00Z\n"));
  EXPECT_THAT(text, HasSubstr("  Key          ECDSA P-256\n  Usage        digital signature, server, client\n"
                              "  SHA-256      " +
                              chain[0].fingerprint() + "\n\nintermediate\n"));
  EXPECT_THAT(text, HasSubstr("\n\nroot\n"));
  const auto json = chain_json(chain);
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(json[0]["names"][0], "URI:spiffe://cluster.local/ns/shop/sa/api");
  EXPECT_EQ(json[1]["place"], "intermediate");
  EXPECT_EQ(json[2]["pem"], chain[2].to_pem());
}

TEST(Certificates, AreReadFromAProxy) {
  const tls::TestAuthority authority;
  const auto secret = [](const std::string& name, const std::string& pem) {
    return Json{{"name", name},
                {"tls_certificate", {{"certificate_chain", {{"inline_bytes", api::encode_base64(pem)}}}}}};
  };
  const auto root = authority.root.certificate.to_pem();
  EXPECT_EQ(shown_chain({.secrets = {secret("other", root), secret("default", root)}}).size(), 1U);
  EXPECT_THAT(shown_chain({.secrets = {secret("other", root)}}), IsEmpty());
  EXPECT_THAT(shown_chain({.secrets = {secret("default", "?")}}), IsEmpty());
}

TEST(Trust, IsDescribedWithWhatIsInTheWay) {
  const Json root = {{"subject", "CN=r"},
                     {"fingerprint", "0123456789abcdef0123"},
                     {"notAfter", "2036-01-01T00:00:00Z"},
                     {"certificates", 3},
                     {"issues", true}};
  Json trust = {{"phase", "introduced"}, {"nextStep", "switch"}, {"roots", {root}}, {"hindrances", Json::array()}};
  EXPECT_EQ(describe_trust(trust),
            "ROOT   FINGERPRINT        EXPIRES                CERTIFICATES   ROLE\n"
            "CN=r   0123456789abcdef   2036-01-01T00:00:00Z   3              issues\n"
            "\nPhase: introduced. Next step: switch.\n");
  trust["hindrances"] = {{{"pod", "shop/a"}, {"why", "is away"}}};
  EXPECT_THAT(describe_trust(trust), HasSubstr("Next step: switch; in its way:\n  shop/a is away\n"));
  trust.erase("nextStep");
  EXPECT_THAT(describe_trust(trust), HasSubstr("plugged in"));
}

}  // namespace
}  // namespace weft::cli
