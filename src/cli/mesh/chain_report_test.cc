#include "cli/mesh/chain_report.h"

#include <gtest/gtest.h>

#include "tls/testing_certificates.h"

namespace weft::cli {
namespace {

using std::chrono::hours;
using tls::FaultyOrder;
using tls::KeyKind;
using tls::PrivateKey;
using tls::TestAuthority;

class ChainReport : public testing::Test {
 protected:
  ShownChain shown(std::vector<tls::Certificate> chain) const {
    return {std::move(chain), {authority_.root.certificate}, {"cluster.local"}, {}, now_};
  }
  ShownChain shown(const FaultyOrder& order) const {
    return shown(
        {tls::make_faulty(authority_.intermediate, key_.native(), order), authority_.intermediate.certificate});
  }
  // "check: reason" of every check that fails.
  static std::string failures(const ShownChain& shown) {
    std::string text;
    for (const auto& one : check_shown_chain(shown))
      if (one.verdict == ChainCheck::Verdict::fails) text += one.name + ": " + one.reason + "\n";
    return text;
  }

  TestAuthority authority_;
  PrivateKey key_ = PrivateKey::make(KeyKind::ecdsa_p256).value();
  WallTime now_ = WallTime{} + hours(1000);
};

TEST_F(ChainReport, SaysNothingAgainstAGoodChain) {
  const auto checks = check_shown_chain(shown(FaultyOrder{}));
  EXPECT_TRUE(all_hold(checks));
  EXPECT_EQ(checks.size(), 11U);
}

TEST_F(ChainReport, NamesEachFaultOfALeaf) {
  EXPECT_EQ(failures(shown({.constraints = "critical,CA:TRUE"})),
            "usage: the certificate is an authority's, not a workload's\n");
  EXPECT_EQ(failures(shown({.extended_usage = "serverAuth"})), "usage: the certificate is not meant for this use\n");
  EXPECT_EQ(failures(shown({.san = ""})), "identity: the certificate names no identity (no URI SAN)\n");
  EXPECT_EQ(failures(shown({.san = "URI:spiffe://a/b,URI:spiffe://a/c"})),
            "identity: the certificate names several identities (URI SANs)\n");
  EXPECT_EQ(failures(shown({.san = "URI:https://a/b"})),
            "SPIFFE id: the identity in the certificate is no SPIFFE id\n");
  EXPECT_EQ(failures(shown({.san = "URI:spiffe://other/ns/a/sa/b"})),
            "trust domain: the identity is of a trust domain that is not accepted\n");
}

TEST_F(ChainReport, NamesEachFaultOfThePath) {
  auto foreign = shown(FaultyOrder{});
  foreign.roots = {TestAuthority().root.certificate};
  EXPECT_EQ(failures(foreign), "trusted root: the chain leads to no trusted root\n");
  EXPECT_EQ(failures(shown({authority_.root.certificate})),
            "usage: the certificate is an authority's, not a workload's\n");
  EXPECT_EQ(failures(shown(std::vector<tls::Certificate>{})), "trusted root: no certificate was presented\n");
}

TEST_F(ChainReport, TellsDatesApartFromTheRest) {
  const FaultyOrder order{.san = "", .validity = {now_ - hours(2), now_ - hours(1)}};
  EXPECT_EQ(failures(shown(order)),
            "identity: the certificate names no identity (no URI SAN)\n"
            "dates: serial 1267 has expired at 1970-02-11T15:00:00Z\n");
}

TEST_F(ChainReport, KnowsWhatIsRevoked) {
  auto revoked = shown(FaultyOrder{});
  revoked.revoked = {revoked.chain.front().serial()};
  EXPECT_EQ(failures(revoked), "revocation: the certificate is revoked\n");
}

TEST_F(ChainReport, SaysWhatItCouldNotLookAt) {
  const auto checks = check_shown_chain(shown({.constraints = "critical,CA:TRUE"}));
  const auto table = render(chain_checks_table(checks));
  EXPECT_NE(table.find("usage          FAILED        the certificate is an authority's, not a workload's\n"
                       "keys           not reached   -\n"),
            std::string::npos)
      << table;
  const auto json = chain_checks_json(checks);
  EXPECT_EQ(json["holds"], false);
  EXPECT_EQ(json["checks"][4]["result"], "FAILED");
}

}  // namespace
}  // namespace weft::cli
