#include "control/apiserver/log_text.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace weft::control {
namespace {

// "2026-11-27T09:26:31.120000000Z ": nine digits behind the point, as Kubernetes' RFC3339Nano in logs.
std::string stamp(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z ", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), rest);
}

}  // namespace

std::string LogText::next(uint64_t offset, std::string_view piece) {
  std::string text;
  for (size_t at = 0; at < piece.size();) {
    const size_t newline = times_ == nullptr ? std::string_view::npos : piece.find('\n', at);
    const size_t end = std::min(newline, piece.size() - 1) + 1;
    const auto time = times_ == nullptr || is_within_line_ ? std::nullopt : times_->at(offset + at);
    if (time) text += stamp(*time);
    text += piece.substr(at, end - at);
    is_within_line_ = newline == std::string_view::npos;
    at = end;
  }
  text.resize(std::min<uint64_t>(text.size(), left_));
  left_ -= text.size();
  return text;
}

void LogText::go_on_with(const pod_logs::LineTimes* times) {
  if (times_ != nullptr) times_ = times;
}

}  // namespace weft::control
