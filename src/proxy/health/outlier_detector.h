// OutlierDetector: decides which endpoints of one cluster are left out for their errors, and for how long. Envoy's
// rules: too many errors in a row (balance/error_rows.h) eject, within a share of all endpoints; each further ejection
// lasts longer; sweeps bring endpoints back.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "decide/cluster.h"
#include "proxy/balance/error_rows.h"

namespace weft::proxy {

// What was counted, by the names of Envoy's statistics.
struct OutlierCounts {
  uint64_t ejections = 0;  // enforced, all kinds
  uint64_t by_5xx = 0;
  uint64_t by_gateway_errors = 0;
  uint64_t by_local_errors = 0;
  uint64_t overflow = 0;  // would have been ejected but for the greatest share
};

// Owned by a cluster's ClusterHealth; main thread. Time is passed in; no I/O. Knows only endpoints that it has ejected.
class OutlierDetector {
 public:
  // Takes over the settings; what was counted stays.
  void configure(const decide::OutlierDetection& settings) { settings_ = settings; }
  // Forgets the endpoints that have left the set; the others are as many as the share of ejected ones is taken of.
  void keep(const decide::EndpointSet& endpoints);

  // An endpoint of the set has given too many errors in a row. True if it is ejected now, and was not before.
  bool eject(const decide::EndpointAddress& endpoint, OutlierCause cause, Time now);
  // Brings back whose time is over, and forgives old ejections. True if one was brought back.
  bool sweep(Time now);
  // Brings an ejected endpoint back before its time. True if it was ejected.
  bool bring_back(const decide::EndpointAddress& endpoint, Time now);
  // When the next sweep is due; nothing while nobody needs one.
  std::optional<Time> next_sweep() const;

  bool is_ejected(const decide::EndpointAddress& endpoint) const;
  uint32_t ejected() const { return ejected_; }
  const OutlierCounts& counts() const { return counts_; }

 private:
  // One endpoint that was ejected.
  struct Record {
    uint32_t times = 0;  // ejections that are not forgiven yet: the present one lasts so many base times
    Time changed{};      // ejected or brought back
    bool is_ejected = false;
  };

  void count(OutlierCause cause);
  bool is_over(const Record& record, Time now) const;

  decide::OutlierDetection settings_;
  size_t endpoints_ = 0;
  uint32_t ejected_ = 0;
  OutlierCounts counts_;
  Time swept_{};
  std::unordered_map<decide::EndpointAddress, Record> records_;
};

}  // namespace weft::proxy
