#include "telemetry/exposition.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace weft::telemetry {
namespace {

// One series, summed over the shards.
struct Total {
  uint64_t counter = 0;
  int64_t gauge = 0;
  std::vector<uint64_t> counts;  // of a histogram, per bucket
  double sum = 0;
};

// One family with its series by printed labels.
struct Group {
  const Family* family = nullptr;
  std::map<std::string, Total> series;
};

using Page = std::map<std::string_view, Group>;

void add(Total& total, const ShardMetrics::Series& series) {
  if (const auto* counter = std::get_if<Counter*>(&series.number)) total.counter += (*counter)->value();
  if (const auto* gauge = std::get_if<Gauge*>(&series.number)) {
    const int64_t value = (*gauge)->value();
    total.gauge = series.family->kind == MetricKind::latest ? std::max(total.gauge, value) : total.gauge + value;
  }
  if (const auto* histogram = std::get_if<Histogram*>(&series.number)) {
    total.counts.resize((*histogram)->bounds().size() + 1);
    for (size_t i = 0; i < total.counts.size(); ++i) total.counts[i] += (*histogram)->count(i);
    total.sum += (*histogram)->sum();
  }
}

Page sum_up(std::span<const ShardMetrics* const> shards) {
  Page page;
  for (const ShardMetrics* shard : shards) {
    for (const ShardMetrics::Series& series : shard->series()) {
      Group& group = page[series.family->name];
      group.family = series.family;
      add(group.series[series.labels], series);
    }
  }
  return page;
}

std::string escape(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (special.find(c) != special.npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string print(double number) {
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  char text[64];
  const double size = std::abs(number);
  const bool is_usual = number == 0 || (size >= 1e-6 && size < 1e15);
  const auto format = is_usual ? std::chars_format::fixed : std::chars_format::scientific;
  return {text, std::to_chars(text, text + sizeof text, number, format).ptr};
}

std::string_view kind_name(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return "counter";
    case MetricKind::gauge:
    case MetricKind::latest:
      return "gauge";
    case MetricKind::histogram:
      return "histogram";
  }
  return "untyped";
}

std::string in_braces(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

void print_histogram(std::string& page, const Family& family, const std::string& labels, const Total& total) {
  const std::string name(family.name);
  const std::string before = labels.empty() ? "" : labels + ",";
  uint64_t cumulative = 0;
  for (size_t i = 0; i < total.counts.size(); ++i) {
    cumulative += total.counts[i];
    const std::string bound = i < family.buckets.size() ? print(family.buckets[i]) : "+Inf";
    page += name + "_bucket{" + before + "le=\"" + bound + "\"} " + std::to_string(cumulative) + "\n";
  }
  page += name + "_sum" + in_braces(labels) + " " + print(total.sum) + "\n";
  page += name + "_count" + in_braces(labels) + " " + std::to_string(cumulative) + "\n";
}

uint64_t count_of(const Total& total) {
  uint64_t count = 0;
  for (const uint64_t bucket : total.counts) count += bucket;
  return count;
}

}  // namespace

std::string print_labels(const Labels& labels) {
  std::string printed;
  for (const auto& [name, value] : labels) {
    if (!printed.empty()) printed += ',';
    printed += name + "=\"" + escape(value, "\\\"") + "\"";
  }
  return printed;
}

std::string exposition(std::span<const ShardMetrics* const> shards) {
  std::string page;
  for (const auto& [name, group] : sum_up(shards)) {
    const Family& family = *group.family;
    page += "# HELP " + std::string(name) + " " + escape(family.help, "\\") + "\n";
    page += "# TYPE " + std::string(name) + " " + std::string(kind_name(family.kind)) + "\n";
    for (const auto& [labels, total] : group.series) {
      if (family.kind == MetricKind::histogram) {
        print_histogram(page, family, labels, total);
        continue;
      }
      const std::string value =
          family.kind == MetricKind::counter ? std::to_string(total.counter) : std::to_string(total.gauge);
      page += std::string(name) + in_braces(labels) + " " + value + "\n";
    }
  }
  return page;
}

std::string plain_statistics(std::span<const ShardMetrics* const> shards) {
  std::string page;
  for (const auto& [name, group] : sum_up(shards)) {
    for (const auto& [labels, total] : group.series) {
      page += std::string(name) + in_braces(labels) + ": ";
      switch (group.family->kind) {
        case MetricKind::counter:
          page += std::to_string(total.counter);
          break;
        case MetricKind::gauge:
        case MetricKind::latest:
          page += std::to_string(total.gauge);
          break;
        case MetricKind::histogram:
          page += "count " + std::to_string(count_of(total)) + " sum " + print(total.sum);
          break;
      }
      page += "\n";
    }
  }
  return page;
}

}  // namespace weft::telemetry
