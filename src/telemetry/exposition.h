// The metrics page: what every shard counted, summed, in Prometheus' text format 0.0.4, or as "name: value" lines.
#pragma once

#include <span>
#include <string>

#include "telemetry/metrics.h"

namespace weft::telemetry {

inline constexpr std::string_view kExpositionContentType = "text/plain; version=0.0.4; charset=utf-8";

// name="value",name="value" with the values escaped. Label names are ours and need no escaping.
std::string print_labels(const Labels& labels);

// Families by name, series by labels, so that two pages compare. Numbers of the same series are summed over the shards.
std::string exposition(std::span<const ShardMetrics* const> shards);

// The same numbers one a line, "name{labels}: value", for people; histograms as their count and sum.
std::string plain_statistics(std::span<const ShardMetrics* const> shards);

}  // namespace weft::telemetry
