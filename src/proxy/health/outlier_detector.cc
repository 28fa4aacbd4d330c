#include "proxy/health/outlier_detector.h"

#include <algorithm>
#include <unordered_set>

namespace weft::proxy {

void OutlierDetector::keep(const decide::EndpointSet& endpoints) {
  endpoints_ = endpoints.endpoints.size();
  std::unordered_set<decide::SocketAddress> present;
  for (const auto& endpoint : endpoints.endpoints) present.insert(endpoint.address);
  std::erase_if(records_, [&](const auto& entry) {
    const bool is_gone = !present.contains(entry.first);
    if (is_gone && entry.second.is_ejected) --ejected_;
    return is_gone;
  });
}

bool OutlierDetector::note(const decide::SocketAddress& endpoint, Verdict verdict, Time now) {
  const bool is_success = verdict == Verdict::success;
  if (is_success && !records_.contains(endpoint)) return false;
  if (records_.empty()) swept_ = now;
  Record& record = records_[endpoint];
  if (is_success) {
    record.errors_5xx = record.gateway_errors = record.local_errors = 0;
    return false;
  }
  // What was under way when an endpoint was ejected says nothing new.
  if (record.is_ejected) return false;
  const bool splits = settings_.splits_local_errors;
  if (splits && verdict == Verdict::local_error) {
    ++record.local_errors;
    const uint32_t limit = settings_.consecutive_local_errors;
    return limit > 0 && record.local_errors >= limit && eject(record, counts_.by_local_errors, now);
  }
  record.local_errors = 0;
  // Not split, an endpoint that does not answer is as good as a gateway that says so: 503 or 504.
  record.gateway_errors = verdict == Verdict::server_error ? 0 : record.gateway_errors + 1;
  ++record.errors_5xx;
  const uint32_t gateway_limit = settings_.consecutive_gateway_errors;
  if (gateway_limit > 0 && record.gateway_errors >= gateway_limit) return eject(record, counts_.by_gateway_errors, now);
  const uint32_t limit = settings_.consecutive_5xx;
  return limit > 0 && record.errors_5xx >= limit && eject(record, counts_.by_5xx, now);
}

// The first is ejected whatever the share, unless that is 0.
bool OutlierDetector::eject(Record& record, uint64_t& cause, Time now) {
  record.errors_5xx = record.gateway_errors = record.local_errors = 0;
  const bool may_eject = uint64_t{ejected_} * 100 < uint64_t{settings_.ejected_percent_max} * endpoints_;
  if (!may_eject) {
    ++counts_.overflow;
    return false;
  }
  ++cause;
  ++counts_.ejections;
  ++ejected_;
  ++record.times;
  record.is_ejected = true;
  record.changed = now;
  return true;
}

bool OutlierDetector::is_over(const Record& record, Time now) const {
  const Duration longest = std::max(settings_.ejection_time_max, settings_.base_ejection_time);
  const int64_t times =
      std::min<int64_t>(record.times, longest / std::max(settings_.base_ejection_time, Duration(1)) + 1);
  return now - record.changed >= std::min(settings_.base_ejection_time * times, longest);
}

bool OutlierDetector::sweep(Time now) {
  swept_ = now;
  bool has_returned = false;
  for (auto& [endpoint, record] : records_) {
    if (!record.is_ejected) {
      // One ejection is forgiven for each interval that the endpoint has kept its place.
      if (record.times > 0 && now - record.changed >= settings_.interval) --record.times;
      continue;
    }
    if (is_over(record, now)) has_returned = bring_back(endpoint, now);
  }
  std::erase_if(records_, [](const auto& entry) {
    const Record& record = entry.second;
    return !record.is_ejected && record.times == 0 && !record.is_suspect();
  });
  return has_returned;
}

bool OutlierDetector::bring_back(const decide::SocketAddress& endpoint, Time now) {
  const auto found = records_.find(endpoint);
  if (found == records_.end() || !found->second.is_ejected) return false;
  found->second.is_ejected = false;
  found->second.changed = now;
  --ejected_;
  return true;
}

std::optional<Time> OutlierDetector::next_sweep() const {
  if (records_.empty()) return std::nullopt;
  return swept_ + settings_.interval;
}

bool OutlierDetector::is_ejected(const decide::SocketAddress& endpoint) const {
  const auto found = records_.find(endpoint);
  return found != records_.end() && found->second.is_ejected;
}

bool OutlierDetector::is_suspect(const decide::SocketAddress& endpoint) const {
  const auto found = records_.find(endpoint);
  return found != records_.end() && found->second.is_suspect();
}

}  // namespace weft::proxy
