#include "telemetry/response_flags.h"

#include <array>
#include <string_view>

namespace weft::telemetry {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(ResponseFlag::count_)> kNames = {
    "UH", "UF", "UO", "NR", "NC", "URX", "UT",  "UC",  "UR", "LR",
    "DC", "DT", "DI", "FI", "RL", "SI",  "DPE", "UPE", "OM", "UAEX"};

}  // namespace

std::string to_string(ResponseFlags flags) {
  std::string text;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (!flags.has(static_cast<ResponseFlag>(i))) continue;
    if (!text.empty()) text += ',';
    text += kNames[i];
  }
  return text.empty() ? "-" : text;
}

}  // namespace weft::telemetry
