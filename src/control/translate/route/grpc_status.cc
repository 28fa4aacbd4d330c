#include "control/translate/route/grpc_status.h"

#include <array>

#include "base/strings.h"

namespace weft::control::translate {

std::optional<uint32_t> grpc_status(std::string_view word) {
  // In the order of their numbers (gRPC, "Status codes and their use").
  static constexpr std::array<std::string_view, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  for (uint32_t number = 0; number < kNames.size(); ++number) {
    if (equal_ignoring_case(kNames[number], word)) return number;
  }
  auto number = parse_unsigned(word);
  if (!number || *number >= kNames.size()) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

}  // namespace weft::control::translate
