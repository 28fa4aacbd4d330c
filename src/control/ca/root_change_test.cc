#include "control/ca/root_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::control {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime kNow = WallTime{} + hours(1000);

IssuedCertificate certificate(const std::string& serial, const std::string& pod, const std::string& root,
                              Duration age = hours(1)) {
  return {.serial = serial,
          .identity = "spiffe://cluster.local/ns/shop/sa/api",
          .space = "shop",
          .pod = pod,
          .root = root,
          .issued = kNow - age,
          .expires = kNow + hours(1)};
}

// Everybody exists and is ready, but for what a test says.
RootChange change(RotationPhase phase, std::vector<IssuedCertificate> issued, RootsAt at = RootsAt::accepted) {
  return {.phase = phase,
          .old_root = "old",
          .issued = std::move(issued),
          .now = kNow,
          .exists = [](auto, std::string_view pod) { return pod != "gone"; },
          .roots_at = [at](auto, auto) { return at; },
          .waiting = {}};
}

std::vector<std::string> in_the_way(const RootChange& asked) {
  std::vector<std::string> pods;
  for (const auto& one : hindrances(asked)) pods.push_back(one.pod + " " + one.why);
  return pods;
}

TEST(RootChange, HasOneStepDueInEachPhase) {
  EXPECT_EQ(to_string(next_step(RotationPhase::steady)), "introduce");
  EXPECT_EQ(to_string(next_step(RotationPhase::introduced)), "switch");
  EXPECT_EQ(to_string(next_step(RotationPhase::switched)), "retire");
}

TEST(RootChange, BeginsAtAnyTime) {
  EXPECT_THAT(in_the_way(change(RotationPhase::steady, {certificate("01", "a", "old")}, RootsAt::unknown)), IsEmpty());
}

TEST(RootChange, SwitchesOnceEverybodyTrustsTheNextRoot) {
  const auto issued = std::vector{certificate("01", "a", "old")};
  EXPECT_THAT(in_the_way(change(RotationPhase::introduced, issued)), IsEmpty());
  EXPECT_THAT(in_the_way(change(RotationPhase::introduced, issued, RootsAt::not_yet)),
              ElementsAre("a has not accepted the new root yet"));
}

// weftd was restarted a moment ago, say: that nobody is connected is no consent.
TEST(RootChange, WaitsForProxiesThatAreAway) {
  EXPECT_THAT(in_the_way(change(RotationPhase::introduced, {certificate("01", "a", "old")}, RootsAt::unknown)),
              ElementsAre("a has a certificate, but its proxy is not connected"));
}

TEST(RootChange, WaitsForProxiesThatHaveNoCertificate) {
  auto asked = change(RotationPhase::introduced, {});
  asked.waiting = {{"shop", "b"}};
  EXPECT_THAT(in_the_way(asked), ElementsAre("b has not accepted the new root yet"));
}

TEST(RootChange, DoesNotWaitForWhoIsGone) {
  auto expired = certificate("02", "a", "old");
  expired.expires = kNow;
  auto revoked = certificate("03", "a", "old");
  revoked.state = IssuedCertificate::State::revoked;
  const std::vector issued = {certificate("01", "gone", "old"), expired, revoked};
  EXPECT_THAT(in_the_way(change(RotationPhase::introduced, issued, RootsAt::unknown)), IsEmpty());
  EXPECT_THAT(in_the_way(change(RotationPhase::switched, issued)), IsEmpty());
}

TEST(RootChange, RetiresOnceNobodyShowsACertificateOfTheOldRoot) {
  const auto asked = [](std::vector<IssuedCertificate> issued) {
    return in_the_way(change(RotationPhase::switched, std::move(issued)));
  };
  EXPECT_THAT(asked({certificate("01", "a", "old")}), ElementsAre("a still has certificate 01 of the old root"));
  EXPECT_THAT(asked({certificate("01", "a", "old"), certificate("02", "a", "new", seconds(60))}), IsEmpty());
  EXPECT_THAT(asked({certificate("01", "a", "old"), certificate("02", "a", "new", seconds(1))}),
              ElementsAre("a has been given certificate 02 only just now"));
  EXPECT_THAT(asked({certificate("02", "a", "new", seconds(1))}), IsEmpty()) << "it never had another";
  EXPECT_THAT(asked({certificate("01", "a", "new"), certificate("02", "b", "old")}),
              ElementsAre("b still has certificate 02 of the old root"));
}

}  // namespace
}  // namespace weft::control
