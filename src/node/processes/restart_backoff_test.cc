#include "node/processes/restart_backoff.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(RestartBackoff, restarts_at_once_then_doubles_from_ten_seconds_to_five_minutes) {
  RestartBackoff backoff(kWorkloadBackoff);
  const std::vector<int> expected = {0, 10, 20, 40, 80, 160, 300, 300};
  for (const int pause : expected) EXPECT_EQ(backoff.next_pause(seconds(1)), seconds(pause));
}

TEST(RestartBackoff, is_forgiven_once_the_process_has_run_long_enough) {
  RestartBackoff backoff(kWorkloadBackoff);
  for (int i = 0; i < 5; ++i) (void)backoff.next_pause(seconds(1));
  EXPECT_EQ(backoff.next_pause(minutes(10)), seconds(0));
  EXPECT_EQ(backoff.next_pause(minutes(9)), seconds(10));
}

}  // namespace
}  // namespace weft::node
