// The grammar of the weft command: what a verb is called, which flags and operands it takes, how it is explained. One
// table of these (verbs/verbs.h) drives parsing, suggestions, help, shell completion and docs/reference/cli.md.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"

namespace weft::cli {

struct Session;

// One option of a verb. Without a value name it is a switch; with one it takes a value, and may be given several times
// (verbs that want a single one read the last). `choices` restricts the value. With `bare` the value is optional: it is
// only taken from "--name=value", and "--name" alone means `bare`.
struct Flag {
  std::string_view name;        // without the dashes
  char letter = 0;              // 0: none
  std::string_view value = {};  // as help prints it: "FILE"; empty: a switch
  std::string_view help = {};
  std::vector<std::string_view> choices = {};
  std::string_view bare = {};

  bool is_switch() const { return value.empty(); }
};

// A line of a verb's help that can be pasted.
struct Example {
  std::string_view what;
  std::string_view line;
};

// How many operands a verb takes, and what shell completion offers for them.
struct Operands {
  std::string_view usage = {};  // as help prints them: "KIND [NAME...]"
  size_t min = 0;
  size_t max = 0;
  bool command_follows = false;              // "-- COMMAND..." is passed on untouched
  std::vector<std::string_view> first = {};  // the words the first operand must be one of, if it is a closed set
};

// One verb. A plain value built once at start; `run` does the work and may block, talk to weftd and start processes.
struct Command {
  std::string_view name;
  std::string_view group;    // heading in `weft help`
  std::string_view summary;  // one line
  std::string_view details = {};
  Operands operands = {};
  std::vector<Flag> flags = {};
  std::vector<Example> examples = {};
  std::vector<std::string_view> aliases = {};
  std::function<Outcome(Session&)> run = {};
};

// The flags that every verb takes, also in front of the verb.
std::span<const Flag> global_flags();

// The verb of that name or alias, or null.
const Command* find_command(std::span<const Command> commands, std::string_view name);

}  // namespace weft::cli
