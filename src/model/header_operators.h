// Envoy's command operators in header values: %NAME%, %NAME(ARGUMENT)%, %NAME(ARGUMENT):SIZE%. What validation lets
// pass and what proxies read is the same, so the grammar and the names stand here. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

namespace weft::model {

// What may stand in parentheses.
enum class OperatorArgument : uint8_t { none, header, name, time, ignored };

// One operator, taken apart. Views of the text it was read from.
struct HeaderOperator {
  std::string_view name;
  std::string_view argument;
  std::string_view alternative;  // %REQ(A?B)%
  size_t size_max = std::string_view::npos;
};

// Why a text is no operator.
enum class OperatorFault : uint8_t { unknown, wrong_argument };

// The operator that begins behind a '%', up to the '%' that ends it: a time's format holds more of them. Empty: none
// ends it.
std::string_view header_operator_at(std::string_view text);

// `inside` is what stands between the two percent signs.
std::expected<HeaderOperator, OperatorFault> read_header_operator(std::string_view inside);

}  // namespace weft::model
