// ReportQueue: carries a shard's health reports to the main thread in batches: one letter at a time is under way, and
// what comes up meanwhile goes with the next. A shard that sees nothing but failures sends no more letters than the
// main thread opens.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "proxy/balance/health_reports.h"

namespace weft::proxy {

using HealthReportBatch = std::vector<HealthReport>;

// One shard's, on its thread; outlives the shard's clusters.
class ReportQueue final : public HealthReports {
 public:
  // Hands a batch over; taken() is called on this thread once it was taken.
  using Send = std::function<void(HealthReportBatch)>;

  explicit ReportQueue(Send send) : send_(std::move(send)) {}

  void report(const HealthReport& report) override {
    // More of them than these say nothing new.
    constexpr size_t kWaitingMax = 4096;
    if (waiting_.size() < kWaitingMax) waiting_.push_back(report);
    if (!is_under_way_) send();
  }

  void taken() {
    is_under_way_ = false;
    if (!waiting_.empty()) send();
  }

 private:
  void send() {
    is_under_way_ = true;
    send_(std::exchange(waiting_, {}));
  }

  Send send_;
  HealthReportBatch waiting_;
  bool is_under_way_ = false;
};

}  // namespace weft::proxy
