// When something that ended is started again: at once the first time, then after pauses that double, and afresh once it
// has run long enough. Pure.
#pragma once

#include "base/clock.h"

namespace weft::node {

// `first` is the pause before the second restart in a row.
struct BackoffPolicy {
  Duration first;
  Duration longest;
  Duration forgiven_after;  // having run this long clears the record
};

// The kubelet's figures for workloads: 10 s doubling to 5 min, forgiven after 10 min; but the first restart is at once.
inline constexpr BackoffPolicy kWorkloadBackoff{std::chrono::seconds(10), std::chrono::minutes(5),
                                                std::chrono::minutes(10)};
// For our own processes, which others wait for.
inline constexpr BackoffPolicy kSidecarBackoff{std::chrono::milliseconds(200), std::chrono::seconds(10),
                                               std::chrono::seconds(10)};

// One process's record.
class RestartBackoff {
 public:
  explicit RestartBackoff(const BackoffPolicy& policy) : policy_(policy) {}

  // The pause before the next start of a process that ran for `ran`.
  Duration next_pause(Duration ran);

 private:
  BackoffPolicy policy_;
  int restarts_in_a_row_ = 0;
  Duration pause_{};
};

}  // namespace weft::node
