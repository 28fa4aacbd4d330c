// What a verb gets to work with: the parsed words, the screen, the surroundings of the process, the clock. Made by
// run(); everything here outlives the verb.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/text/style.h"
#include "cli/words/command_line.h"

namespace weft::cli {

// Where text goes: results to `out`, everything else to `err`. Borrowed streams; one thread.
struct Screen {
  std::ostream& out;
  std::ostream& err;
  Style out_style = {};
  Style err_style = {};
};

// What a process inherits, read once so that verbs don't ask the system themselves. A value.
struct Surroundings {
  std::function<std::optional<std::string>(const char*)> variable;  // of the environment; never null
  std::filesystem::path working_folder;
  std::filesystem::path program_folder;  // where weft-node is found: beside this binary
  std::istream* input = nullptr;         // standard input, for "-f -"
  unsigned user_id = 0;
};

// One run of one verb.
struct Session {
  const Invocation& call;
  const std::span<const Command> commands;
  Screen& screen;
  const Surroundings& surroundings;
  const Clock& clock;

  // -n, or "default".
  std::string namespace_name() const { return call.value_or("namespace", "default"); }
};

}  // namespace weft::cli
