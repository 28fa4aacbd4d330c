#include "proxy/health/report_queue.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

class ReportQueueTest : public testing::Test {
 protected:
  void report(uint16_t port) { queue_.report({.cluster = {}, .endpoint = {.port = port}}); }

  std::vector<HealthReportBatch> sent_;
  ReportQueue queue_{[this](HealthReportBatch batch) { sent_.push_back(std::move(batch)); }};
};

TEST_F(ReportQueueTest, sends_the_first_at_once_and_the_others_together) {
  for (const uint16_t port : {1, 2, 3}) report(port);
  ASSERT_EQ(sent_.size(), 1);
  EXPECT_EQ(sent_[0].size(), 1);
  queue_.taken();
  ASSERT_EQ(sent_.size(), 2);
  ASSERT_EQ(sent_[1].size(), 2);
  EXPECT_EQ(sent_[1][0].endpoint.port, 2);
  EXPECT_EQ(sent_[1][1].endpoint.port, 3);
}

TEST_F(ReportQueueTest, is_quiet_when_there_is_nothing_to_report) {
  report(1);
  queue_.taken();
  EXPECT_EQ(sent_.size(), 1);
  report(2);
  EXPECT_EQ(sent_.size(), 2);
}

TEST_F(ReportQueueTest, keeps_no_more_than_detection_needs) {
  for (int i = 0; i < 10'000; ++i) report(1);
  queue_.taken();
  EXPECT_EQ(sent_.at(1).size(), 4096);
}

}  // namespace
}  // namespace weft::proxy
