#include "proxy/health/outlier_detector.h"

#include <algorithm>
#include <unordered_set>

namespace weft::proxy {

void OutlierDetector::keep(const decide::EndpointSet& endpoints) {
  endpoints_ = endpoints.endpoints.size();
  std::unordered_set<decide::EndpointAddress> present;
  for (const auto& endpoint : endpoints.endpoints) present.insert(endpoint.address);
  std::erase_if(records_, [&](const auto& entry) {
    const bool is_gone = !present.contains(entry.first);
    if (is_gone && entry.second.is_ejected) --ejected_;
    return is_gone;
  });
}

// The first is ejected whatever the share, unless that is 0.
bool OutlierDetector::eject(const decide::EndpointAddress& endpoint, OutlierCause cause, Time now) {
  if (is_ejected(endpoint)) return false;  // what was under way when it was ejected says nothing new
  const bool may_eject = uint64_t{ejected_} * 100 < uint64_t{settings_.ejected_percent_max} * endpoints_;
  if (!may_eject) {
    ++counts_.overflow;
    return false;
  }
  count(cause);
  ++ejected_;
  if (records_.empty()) swept_ = now;
  Record& record = records_[endpoint];
  ++record.times;
  record.is_ejected = true;
  record.changed = now;
  return true;
}

void OutlierDetector::count(OutlierCause cause) {
  ++counts_.ejections;
  switch (cause) {
    case OutlierCause::errors_5xx:
      ++counts_.by_5xx;
      break;
    case OutlierCause::gateway_errors:
      ++counts_.by_gateway_errors;
      break;
    case OutlierCause::local_errors:
      ++counts_.by_local_errors;
      break;
  }
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
    return !record.is_ejected && record.times == 0;
  });
  return has_returned;
}

bool OutlierDetector::bring_back(const decide::EndpointAddress& endpoint, Time now) {
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

bool OutlierDetector::is_ejected(const decide::EndpointAddress& endpoint) const {
  const auto found = records_.find(endpoint);
  return found != records_.end() && found->second.is_ejected;
}

}  // namespace weft::proxy
