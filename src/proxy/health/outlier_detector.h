// OutlierDetector: decides which endpoints of one cluster are left out for their errors, and for how long. Envoy's
// rules: so many errors in a row eject; each further ejection lasts longer; sweeps bring endpoints back.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "decide/cluster.h"

namespace weft::proxy {

// What was counted, by the names of Envoy's statistics.
struct OutlierCounts {
  uint64_t ejections = 0;  // enforced, all kinds
  uint64_t by_5xx = 0;
  uint64_t by_gateway_errors = 0;
  uint64_t by_local_errors = 0;
  uint64_t overflow = 0;  // would have been ejected but for the greatest share
};

// Owned by a cluster's ClusterHealth; main thread. Time is passed in; no I/O. Knows only endpoints that have failed.
class OutlierDetector {
 public:
  using Verdict = decide::OutlierDetection::Verdict;

  // Takes over the settings; what was counted stays.
  void configure(const decide::OutlierDetection& settings) { settings_ = settings; }
  // Forgets the endpoints that have left the set; the others are as many as the share of ejected ones is taken of.
  void keep(const decide::EndpointSet& endpoints);

  // What came of one attempt. True if it ejected the endpoint.
  bool note(const decide::SocketAddress& endpoint, Verdict verdict, Time now);
  // Brings back whose time is over, and forgives old ejections. True if one was brought back.
  bool sweep(Time now);
  // Brings an ejected endpoint back before its time. True if it was ejected.
  bool bring_back(const decide::SocketAddress& endpoint, Time now);
  // When the next sweep is due; nothing while nobody needs one.
  std::optional<Time> next_sweep() const;

  bool is_ejected(const decide::SocketAddress& endpoint) const;
  // It has failed and not succeeded since.
  bool is_suspect(const decide::SocketAddress& endpoint) const;
  uint32_t ejected() const { return ejected_; }
  const OutlierCounts& counts() const { return counts_; }

 private:
  // One endpoint that has failed.
  struct Record {
    uint32_t errors_5xx = 0;  // in a row, as the next two
    uint32_t gateway_errors = 0;
    uint32_t local_errors = 0;
    uint32_t times = 0;  // ejections that are not forgiven yet: the present one lasts so many base times
    Time changed{};      // ejected or brought back
    bool is_ejected = false;

    bool is_suspect() const { return errors_5xx > 0 || gateway_errors > 0 || local_errors > 0; }
  };

  bool eject(Record& record, uint64_t& cause, Time now);
  bool is_over(const Record& record, Time now) const;

  decide::OutlierDetection settings_;
  size_t endpoints_ = 0;
  uint32_t ejected_ = 0;
  OutlierCounts counts_;
  Time swept_{};
  std::unordered_map<decide::SocketAddress, Record> records_;
};

}  // namespace weft::proxy
