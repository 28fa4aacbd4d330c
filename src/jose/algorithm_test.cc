#include "jose/algorithm.h"

#include <gtest/gtest.h>

namespace weft::jose {
namespace {

TEST(Algorithm, IsKnownByItsExactName) {
  EXPECT_EQ(algorithm_named("RS256"), Algorithm::rs256);
  EXPECT_EQ(algorithm_named("PS512"), Algorithm::ps512);
  EXPECT_EQ(algorithm_named("ES384"), Algorithm::es384);
  EXPECT_EQ(algorithm_named("EdDSA"), Algorithm::eddsa);
  EXPECT_EQ(algorithm_named("HS512"), Algorithm::hs512);
  EXPECT_EQ(algorithm_named("EDDSA"), std::nullopt);
  EXPECT_EQ(algorithm_named("none"), std::nullopt);
}

}  // namespace
}  // namespace weft::jose
