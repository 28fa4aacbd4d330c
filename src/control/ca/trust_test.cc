#include "control/ca/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::control {
namespace {

using testing::HasSubstr;
using testing::Not;

const WallTime kNow = WallTime{} + std::chrono::hours(24 * 365 * 50);

// The fingerprints of the trusted roots.
std::vector<std::string> prints(const Trust& trust) {
  std::vector<std::string> prints;
  for (const auto& root : trust.bundle()) prints.push_back(root.fingerprint());
  return prints;
}

TEST(Trust, BeginsWithOneRootOfTenYears) {
  const Trust trust = Trust::begin(kNow).value();
  EXPECT_EQ(trust.phase(), RotationPhase::steady);
  ASSERT_EQ(trust.bundle().size(), 1u);
  EXPECT_TRUE(trust.bundle().front().is_authority());
  EXPECT_EQ(trust.bundle().front().validity().until, kNow + std::chrono::hours(10 * 365 * 24));
}

TEST(Trust, ComesBackFromItsText) {
  const Trust trust = Trust::begin(kNow)->after(RotationStep::introduce, kNow).value();
  const Trust again = Trust::read(trust.write().value()).value();
  EXPECT_EQ(again.phase(), RotationPhase::introduced);
  EXPECT_EQ(prints(again), prints(trust));
  EXPECT_EQ(again.active().certificate.fingerprint(), trust.active().certificate.fingerprint());
}

TEST(Trust, IsNotReadFromOtherTexts) {
  EXPECT_FALSE(Trust::read(""));
  EXPECT_FALSE(Trust::read("{}"));
  EXPECT_FALSE(Trust::read(R"({"phase":"steady","roots":[]})"));
  EXPECT_FALSE(Trust::read(R"({"phase":"steady","roots":[{"certificate":"x","key":"y"}]})"));
}

// Two overlaps: the new root is trusted before anything is issued under it, the old one until nothing hangs from it.
TEST(Trust, ChangesItsRootInThreeSteps) {
  const Trust first = Trust::begin(kNow).value();
  const Trust introduced = first.after(RotationStep::introduce, kNow).value();
  const Trust switched = introduced.after(RotationStep::switch_over, kNow).value();
  const Trust last = switched.after(RotationStep::retire, kNow).value();
  const std::string old_root = prints(first)[0];
  const std::string new_root = prints(introduced)[1];
  EXPECT_NE(old_root, new_root);
  EXPECT_EQ(introduced.active().certificate.fingerprint(), old_root);
  EXPECT_EQ(prints(introduced), (std::vector{old_root, new_root}));
  EXPECT_EQ(switched.active().certificate.fingerprint(), new_root);
  EXPECT_EQ(prints(switched), (std::vector{new_root, old_root}));
  EXPECT_EQ(prints(last), std::vector{new_root});
  EXPECT_EQ(last.phase(), RotationPhase::steady);
}

TEST(Trust, TakesNoStepOutOfTurn) {
  const auto refused = [](const Trust& trust, RotationStep step) {
    const auto next = trust.after(step, kNow);
    return !next && next.error().reason == Reason::conflict;
  };
  const Trust steady = Trust::begin(kNow).value();
  EXPECT_TRUE(refused(steady, RotationStep::switch_over));
  EXPECT_TRUE(refused(steady, RotationStep::retire));
  const Trust introduced = steady.after(RotationStep::introduce, kNow).value();
  EXPECT_TRUE(refused(introduced, RotationStep::introduce));
  EXPECT_TRUE(refused(introduced, RotationStep::retire));
  const Trust switched = introduced.after(RotationStep::switch_over, kNow).value();
  EXPECT_TRUE(refused(switched, RotationStep::introduce));
  EXPECT_TRUE(refused(switched, RotationStep::switch_over));
}

TEST(Trust, NamesItsStepsAsTheCommandDoes) {
  EXPECT_EQ(rotation_step_of("introduce"), RotationStep::introduce);
  EXPECT_EQ(rotation_step_of("switch"), RotationStep::switch_over);
  EXPECT_EQ(rotation_step_of("retire"), RotationStep::retire);
  EXPECT_EQ(rotation_step_of("all"), std::nullopt);
}

}  // namespace
}  // namespace weft::control
