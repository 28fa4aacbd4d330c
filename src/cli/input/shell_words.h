// A command written as one line, as people write it in --image NAME=COMMAND and weft.yaml, taken apart into its words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::cli {

// Splits at spaces; '...', "..." and \ quote as in a POSIX shell (2.2). Nothing is expanded: no variables, no globs.
// Errors: an unterminated quote, no word at all.
Result<std::vector<std::string>> split_shell_words(std::string_view line);

}  // namespace weft::cli
