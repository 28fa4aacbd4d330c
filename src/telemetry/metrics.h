// Counters, gauges and histograms. Each shard owns a ShardMetrics and is the only one that writes its numbers; the
// thread that answers a scrape reads them with relaxed loads. No lock and no shared cache line on the request path.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weft::telemetry {

// A page sums numbers up over the shards, but for `latest`: a gauge of which the greatest holds.
enum class MetricKind : uint8_t { counter, gauge, latest, histogram };

// What a metric is called and means. Constant for the life of the process: `inline constexpr Family kRequests{...};`
struct Family {
  MetricKind kind;
  std::string_view name;              // of Prometheus' form; counters end in _total
  std::string_view help;              // one sentence
  std::span<const double> buckets{};  // of a histogram: upper bounds, rising, without +Inf
};

// Names and values in the order they are printed.
using Labels = std::vector<std::pair<std::string, std::string>>;

// A number that only grows. Written by its shard's thread, read by any.
class Counter {
 public:
  void add(uint64_t by = 1) { value_.store(value() + by, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

// A number that goes up and down. Written by its shard's thread, read by any.
class Gauge {
 public:
  void set(int64_t to) { value_.store(to, std::memory_order_relaxed); }
  void add(int64_t by) { set(value() + by); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_ = 0;
};

// Observations counted by size. Written by its shard's thread, read by any; a reader may see a count without its sum.
class Histogram {
 public:
  explicit Histogram(std::span<const double> bounds);

  void observe(double value);

  std::span<const double> bounds() const { return bounds_; }
  // Observations within bucket `index` alone (not those below it); the last one is beyond every bound.
  uint64_t count(size_t index) const { return counts_[index].load(std::memory_order_relaxed); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::span<const double> bounds_;
  std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<double> sum_ = 0;
};

// The numbers of one shard. Looking one up takes a lock and compares texts: do it when configuration arrives (or at the
// first use), keep the reference: it stays good for the life of this object. A series, once made, stays.
class ShardMetrics {
 public:
  Counter& counter(const Family& family, const Labels& labels = {});
  Gauge& gauge(const Family& family, const Labels& labels = {});
  Histogram& histogram(const Family& family, const Labels& labels = {});

  // One metric with one set of labels.
  struct Series {
    const Family* family;
    std::string labels;  // as printed: name="value",name="value"
    std::variant<Counter*, Gauge*, Histogram*> number;
  };
  // All series made so far, in no order; from any thread.
  std::vector<Series> series() const;

 private:
  template <class Number, class... Arguments>
  Number& find_or_make(std::deque<Number>& numbers, const Family& family, const Labels& labels, Arguments... arguments);

  mutable std::mutex mutex_;  // guards the structure, not the numbers
  // Deques keep their members in place, and apart from the numbers of other shards.
  std::deque<Counter> counters_;
  std::deque<Gauge> gauges_;
  std::deque<Histogram> histograms_;
  std::map<std::pair<std::string_view, std::string>, Series> series_;  // by family name and printed labels
};

}  // namespace weft::telemetry
