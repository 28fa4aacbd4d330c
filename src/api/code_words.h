// What each code of a finding means and what is to be done about it, for people: `weft explain WFT1012` and
// docs/reference/codes.md. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/finding.h"

namespace weft::api {

// Texts live for ever.
struct CodeWords {
  Code code;
  std::string_view title;  // without a full stop
  std::string_view meaning;
  std::string_view remedy;
};

// Every code, in their order.
std::span<const CodeWords> all_code_words();

// By "WFT1012", "wft1012" or "1012".
std::optional<CodeWords> find_code_words(std::string_view text);

// docs/reference/codes.md.
std::string codes_page();

}  // namespace weft::api
