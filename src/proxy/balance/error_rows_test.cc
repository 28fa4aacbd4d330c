#include "proxy/balance/error_rows.h"

#include <thread>

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using Verdict = decide::OutlierDetection::Verdict;

// 3 errors in a row are too many.
class ErrorRowsTest : public testing::Test {
 protected:
  ErrorRowsTest() { settings_.consecutive_5xx = 3; }

  // What the last of so many said.
  std::optional<OutlierCause> see(Verdict verdict, int times = 1) {
    std::optional<OutlierCause> cause;
    for (int i = 0; i < times; ++i) cause = rows_.note(settings_, verdict);
    return cause;
  }

  decide::OutlierDetection settings_;
  ErrorRows rows_;
};

TEST_F(ErrorRowsTest, are_too_long_after_so_many_errors) {
  EXPECT_EQ(see(Verdict::server_error, 2), std::nullopt);
  EXPECT_EQ(see(Verdict::server_error), OutlierCause::errors_5xx);
}

TEST_F(ErrorRowsTest, begin_anew_once_they_were_too_long) {
  see(Verdict::server_error, 3);
  EXPECT_EQ(see(Verdict::server_error, 2), std::nullopt);
  EXPECT_EQ(see(Verdict::server_error), OutlierCause::errors_5xx);
}

TEST_F(ErrorRowsTest, end_with_a_success) {
  see(Verdict::server_error, 2);
  see(Verdict::success);
  EXPECT_EQ(see(Verdict::server_error, 2), std::nullopt);
}

TEST_F(ErrorRowsTest, take_an_endpoint_that_does_not_answer_for_a_503) {
  settings_.consecutive_gateway_errors = 2;
  EXPECT_EQ(see(Verdict::local_error), std::nullopt);
  EXPECT_EQ(see(Verdict::gateway_error), OutlierCause::gateway_errors);
}

TEST_F(ErrorRowsTest, of_gateway_errors_end_with_another_error) {
  settings_.consecutive_gateway_errors = 2;
  settings_.consecutive_5xx = 0;
  see(Verdict::gateway_error);
  see(Verdict::server_error);
  EXPECT_EQ(see(Verdict::gateway_error), std::nullopt);
  EXPECT_EQ(see(Verdict::gateway_error), OutlierCause::gateway_errors);
}

TEST_F(ErrorRowsTest, do_not_matter_where_the_count_is_zero) {
  settings_.consecutive_5xx = 0;
  EXPECT_EQ(see(Verdict::server_error, 100), std::nullopt);
}

TEST_F(ErrorRowsTest, split_failures_to_connect_from_answers_if_they_shall) {
  settings_.splits_local_errors = true;
  settings_.consecutive_local_errors = 4;
  EXPECT_EQ(see(Verdict::local_error, 3), std::nullopt);
  EXPECT_EQ(see(Verdict::server_error, 2), std::nullopt);  // an answer, so the connection is in order
  EXPECT_EQ(see(Verdict::local_error, 3), std::nullopt);
  EXPECT_EQ(see(Verdict::local_error), OutlierCause::local_errors);
}

TEST_F(ErrorRowsTest, lose_nothing_between_threads) {
  settings_.consecutive_5xx = 1'000'001;
  const auto fail = [this] { see(Verdict::server_error, 500'000); };
  std::thread one(fail);
  std::thread other(fail);
  one.join();
  other.join();
  EXPECT_EQ(see(Verdict::server_error), OutlierCause::errors_5xx);
}

}  // namespace
}  // namespace weft::proxy
