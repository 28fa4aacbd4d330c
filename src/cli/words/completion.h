// Shell completion: what could stand next on a half-typed command line. The scripts for bash, zsh and fish only hand
// the words over to `weft __complete`, so all three know the same, live object names included.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/words/command.h"

namespace weft::cli {

// Where live names come from: the names of a kind's objects in a namespace ("" for all), or of pods. May be slow or
// fail; then it answers nothing.
using NamesOfKind =
    std::function<std::vector<std::string>(std::string_view kind_word, std::string_view namespace_name)>;

// The candidates for the last of `words` (which may be empty; the program's name is not among them). "file" as the only
// candidate's text asks the shell for file names.
std::vector<std::string> complete(std::span<const Command> commands, std::span<const std::string> words,
                                  const NamesOfKind& names);

inline constexpr std::string_view kCompleteFiles = ":files";

// The script that `weft completion SHELL` prints; empty for a shell that is not bash, zsh or fish.
std::string_view completion_script(std::string_view shell);

}  // namespace weft::cli
