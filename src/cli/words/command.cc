#include "cli/words/command.h"

#include <algorithm>
#include <array>

namespace weft::cli {

std::span<const Flag> global_flags() {
  static const std::array<Flag, 4> flags = {{
      {.name = "state", .value = "DIR", .help = "the mesh's state folder (default: one per user)"},
      {.name = "namespace", .letter = 'n', .value = "NS", .help = "the namespace (default: default)"},
      {.name = "color",
       .value = "WHEN",
       .help = "colours: auto (on a terminal, unless NO_COLOR is set), always, never",
       .choices = {"auto", "always", "never"}},
      {.name = "help", .letter = 'h', .help = "show help"},
  }};
  return flags;
}

const Command* find_command(std::span<const Command> commands, std::string_view name) {
  for (const auto& command : commands) {
    if (command.name == name || std::ranges::count(command.aliases, name) > 0) return &command;
  }
  return nullptr;
}

}  // namespace weft::cli
