#include "control/translate/route/grpc_status.h"

#include <array>

#include "base/grpc_code_names.h"
#include "base/strings.h"

namespace weft::control::translate {

std::optional<uint32_t> grpc_status(std::string_view word) {
  for (uint32_t number = 0; number < kGrpcCodeNames.size(); ++number) {
    if (equal_ignoring_case(kGrpcCodeNames[number], word)) return number;
  }
  auto number = parse_unsigned(word);
  if (!number || *number >= kGrpcCodeNames.size()) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

}  // namespace weft::control::translate
