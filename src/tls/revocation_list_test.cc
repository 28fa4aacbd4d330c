#include "tls/revocation_list.h"

#include <gtest/gtest.h>

#include "tls/testing_identity.h"
#include "tls/testing_revocation.h"

namespace weft::tls {
namespace {

std::string list_for_test() {
  const auto issuer = issue_for_test({.is_authority = true});
  return revoke_for_test(issuer.certificate.get(), issuer.key.get(), {issuer.certificate.get()});
}

std::string problem_of(std::string_view pem) {
  const auto lists = read_revocation_lists(pem);
  return lists ? "none" : lists.error().detail;
}

TEST(RevocationLists, AreReadFromBetweenOtherText) {
  const std::string one = list_for_test();
  const auto lists = read_revocation_lists("# of today\n" + one + issue_for_test({}).certificate_pem() + one);
  ASSERT_TRUE(lists);
  EXPECT_EQ(lists->size(), 2u);
}

TEST(RevocationLists, SayUntilWhenTheyHold) {
  const auto lists = read_revocation_lists(list_for_test());
  const Duration left = lists->front().ends() - SystemClock().wall_now();
  EXPECT_GT(left, std::chrono::minutes(59));
  EXPECT_LE(left, std::chrono::minutes(60));
}

TEST(RevocationLists, AreNotGuessedAt) {
  EXPECT_EQ(problem_of(""), "no revocation list in PEM");
  EXPECT_EQ(problem_of(issue_for_test({}).certificate_pem()), "no revocation list in PEM");
  std::string cut = list_for_test();
  cut.erase(cut.size() / 2);
  EXPECT_TRUE(problem_of(cut).starts_with("reading revocation lists")) << problem_of(cut);
  EXPECT_NE(problem_of("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"), "none");
}

TEST(RevocationLists, AreReadWithinLimits) {
  EXPECT_EQ(problem_of(std::string((1 << 20) + 1, ' ')), "revocation lists of more than 1 MiB");
  const std::string one = list_for_test();
  std::string many;
  for (int i = 0; i < 257; ++i) many += one;
  EXPECT_EQ(problem_of(many), "more than 256 revocation lists");
}

}  // namespace
}  // namespace weft::tls
