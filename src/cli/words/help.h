// Help texts and the shell completion scripts, made from the table of verbs. Pure.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/text/style.h"
#include "cli/words/command.h"

namespace weft::cli {

// `weft help`: every verb under its group, in the table's order.
std::string overview(std::span<const Command> commands, const Style& style);

// `weft VERB --help`.
std::string help_of(const Command& command, const Style& style);

// docs/reference/cli.md, so that the page and the program can't disagree.
std::string reference_page(std::span<const Command> commands);

}  // namespace weft::cli
