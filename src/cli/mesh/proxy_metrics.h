// A proxy's metrics page, read back. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

// One line of Prometheus' text format.
struct Sample {
  std::string name;
  std::map<std::string, std::string, std::less<>> labels;
  double value = 0;

  // Empty where there is no such label.
  std::string_view label(std::string_view name) const;
};

// Comments, and lines that are none of this format, are passed over.
std::vector<Sample> read_metrics(std::string_view page);

}  // namespace weft::cli
