#include "base/error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace weft {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Reason::invalid, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  WEFT_TRY(const int once, half(value));
  WEFT_TRY(const int twice, half(once));
  return twice;
}

TEST(Error, TryReturnsTheFirstFailure) {
  EXPECT_EQ(quarter(12), 3);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().detail, "odd");
}

TEST(Error, ContextIsPutInFront) {
  EXPECT_EQ((Error{.reason = Reason::closed, .detail = "no more bytes"}).during("reading a head").detail,
            "reading a head: no more bytes");
}

TEST(Error, SystemErrorsGetTheReasonThatCallersBranchOn) {
  EXPECT_EQ(system_error("connect", ECONNREFUSED).reason, Reason::refused);
  EXPECT_EQ(system_error("write", EPIPE).reason, Reason::reset);
  EXPECT_EQ(system_error("bind", EADDRINUSE).reason, Reason::already_exists);
}

}  // namespace
}  // namespace weft
