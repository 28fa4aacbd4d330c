#include "control/serve/notices.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using State = IssuedCertificate::State;

IssuedCertificate issued(const std::string& serial, const std::string& pod, State state) {
  return {.serial = serial,
          .identity = {},
          .space = "shop",
          .pod = pod,
          .root = {},
          .issued = {},
          .expires = {},
          .state = state};
}

TEST(Notices, SayNothingWhileAllIsGood) {
  const auto notices = Notices::of({issued("01", "api-1", State::good)});
  EXPECT_EQ(notices.text_for("shop", "api-1"), R"({"replace":[],"revoked":[]})");
  EXPECT_EQ(notices, Notices());
}

TEST(Notices, TellAPodWhatItMustReplace) {
  const auto notices =
      Notices::of({issued("01", "api-1", State::to_be_replaced), issued("02", "api-2", State::to_be_replaced)});
  EXPECT_EQ(notices.text_for("shop", "api-1"), R"({"replace":["01"],"revoked":[]})");
  EXPECT_EQ(notices.text_for("other", "api-1"), R"({"replace":[],"revoked":[]})");
  EXPECT_TRUE(notices.is_spent("shop", "api-1", "01"));
  EXPECT_FALSE(notices.is_spent("shop", "api-1", "02"));
}

TEST(Notices, TellEverybodyWhatIsRevoked) {
  const auto notices = Notices::of({issued("02", "api-2", State::revoked), issued("01", "api-1", State::revoked)});
  EXPECT_EQ(notices.text_for("shop", "api-3"), R"({"replace":[],"revoked":["01","02"]})");
  EXPECT_EQ(notices.text_for("shop", "api-2"), R"({"replace":["02"],"revoked":["01","02"]})");
}

}  // namespace
}  // namespace weft::control
