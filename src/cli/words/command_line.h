// From the words a person typed to the verb, its flags and its operands. Pure; wrong words become a Failure (exit 2)
// that names the nearest right ones.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/words/command.h"

namespace weft::cli {

// What was asked for. `command` points into the table the line was parsed with; null when no verb was given.
struct Invocation {
  const Command* command = nullptr;
  std::map<std::string_view, std::vector<std::string>>
      flags;  // by long name; a switch holds "true" for each time given
  std::vector<std::string> operands;
  std::vector<std::string> tail;  // what follows "--"
  bool has_tail = false;          // whether "--" was there

  bool has(std::string_view flag) const;
  // The last value given, if any.
  std::optional<std::string> value(std::string_view flag) const;
  std::string value_or(std::string_view flag, std::string_view fallback) const;
  std::vector<std::string> values(std::string_view flag) const;
};

// Parses `words` (without the program's name). Flags may stand anywhere before "--", global ones also before the verb;
// "--name=value", "--name value", "-n value", "-nvalue", "-n=value" and bundled switches ("-wA") are understood, as in
// kubectl. With --help given, counts of operands are not checked.
Expected<Invocation> parse_command_line(std::span<const Command> commands, std::span<const std::string> words);

}  // namespace weft::cli
