#include "telemetry/metrics.h"

#include <algorithm>

#include "base/assert.h"
#include "telemetry/exposition.h"

namespace weft::telemetry {

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  auto& count = counts_[static_cast<size_t>(bucket)];
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  sum_.store(sum() + value, std::memory_order_relaxed);
}

template <class Number, class... Arguments>
Number& ShardMetrics::find_or_make(std::deque<Number>& numbers, const Family& family, const Labels& labels,
                                   Arguments... arguments) {
  std::string printed = print_labels(labels);
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] = series_.try_emplace({family.name, printed});
  if (is_new) place->second = {&family, std::move(printed), &numbers.emplace_back(arguments...)};
  Number* const* const number = std::get_if<Number*>(&place->second.number);
  WEFT_ASSERT(number != nullptr);  // a family has one kind
  return **number;
}

Counter& ShardMetrics::counter(const Family& family, const Labels& labels) {
  return find_or_make(counters_, family, labels);
}

Gauge& ShardMetrics::gauge(const Family& family, const Labels& labels) {
  return find_or_make(gauges_, family, labels);
}

Histogram& ShardMetrics::histogram(const Family& family, const Labels& labels) {
  return find_or_make(histograms_, family, labels, family.buckets);
}

std::vector<ShardMetrics::Series> ShardMetrics::series() const {
  const std::lock_guard lock(mutex_);
  std::vector<Series> all;
  all.reserve(series_.size());
  for (const auto& [key, series] : series_) all.push_back(series);
  return all;
}

}  // namespace weft::telemetry
