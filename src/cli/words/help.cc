#include "cli/words/help.h"

#include <algorithm>

namespace weft::cli {
namespace {

constexpr size_t kVerbWidth = 14;
constexpr size_t kFlagWidth = 32;

std::string flag_words(const Flag& flag) {
  std::string words = flag.letter ? std::string("-") + flag.letter + ", " : "    ";
  words.append("--").append(flag.name);
  if (!flag.bare.empty()) return words.append("[=").append(flag.value).append("]");
  if (!flag.is_switch()) words.append(" ").append(flag.value);
  return words;
}

std::string flag_line(const Flag& flag) {
  std::string words = flag_words(flag);
  words = words.size() < kFlagWidth ? padded(words, kFlagWidth) : words + "\n" + std::string(kFlagWidth + 2, ' ');
  return "  " + words + std::string(flag.help) + "\n";
}

std::string usage_line(const Command& command) {
  std::string line = "weft " + std::string(command.name);
  if (!command.operands.usage.empty()) line.append(" ").append(command.operands.usage);
  if (!command.flags.empty()) line += " [flags]";
  if (command.operands.command_follows) line += " -- COMMAND [ARGUMENT...]";
  return line;
}

std::vector<std::string_view> groups_of(std::span<const Command> commands) {
  std::vector<std::string_view> groups;
  for (const auto& command : commands) {
    if (!command.group.empty() && std::ranges::count(groups, command.group) == 0) groups.push_back(command.group);
  }
  return groups;
}

std::string flags_in_markdown(std::span<const Flag> flags) {
  std::string text = "| flag | meaning |\n| --- | --- |\n";
  for (const auto& flag : flags) {
    std::string words = flag_words(flag);
    words.erase(0, words.find_first_not_of(' '));
    text += "| `" + words + "` | " + std::string(flag.help) + " |\n";
  }
  return text + "\n";
}

std::string section_of(const Command& command) {
  std::string text = "### weft " + std::string(command.name) + "\n\n" + std::string(command.summary) + ".\n\n";
  text += "```\n" + usage_line(command) + "\n```\n\n";
  if (!command.details.empty()) text += std::string(command.details) + "\n\n";
  if (!command.flags.empty()) text += flags_in_markdown(command.flags);
  if (command.examples.empty()) return text;
  text += "```\n";
  for (const auto& example : command.examples) {
    text += "# " + std::string(example.what) + "\n" + std::string(example.line) + "\n";
  }
  return text + "```\n\n";
}

}  // namespace

std::string overview(std::span<const Command> commands, const Style& style) {
  std::string text = "weft runs a service mesh from Istio's own YAML.\n\n";
  for (const auto group : groups_of(commands)) {
    text += style.paint(Tone::strong, group) + "\n";
    for (const auto& command : commands) {
      if (command.group != group) continue;
      text += "  " + padded(command.name, kVerbWidth) + std::string(command.summary) + "\n";
    }
    text += "\n";
  }
  text += style.paint(Tone::strong, "every command takes") + "\n";
  for (const auto& flag : global_flags()) text += flag_line(flag);
  text += "\nMore about one: weft COMMAND --help\n";
  return text;
}

std::string help_of(const Command& command, const Style& style) {
  std::string text = std::string(command.summary) + ".\n\n" + style.paint(Tone::strong, "usage") + "\n  ";
  text += usage_line(command) + "\n";
  if (!command.details.empty()) text += "\n" + std::string(command.details) + "\n";
  if (!command.aliases.empty()) {
    text += "\n" + style.paint(Tone::strong, "also") + "\n ";
    for (const auto alias : command.aliases) text += " " + std::string(alias);
    text += "\n";
  }
  text += "\n" + style.paint(Tone::strong, "flags") + "\n";
  for (const auto& flag : command.flags) text += flag_line(flag);
  for (const auto& flag : global_flags()) text += flag_line(flag);
  if (!command.examples.empty()) text += "\n" + style.paint(Tone::strong, "examples") + "\n";
  for (const auto& example : command.examples) {
    text += style.paint(Tone::faint, "  # " + std::string(example.what)) + "\n  " + std::string(example.line) + "\n";
  }
  return text;
}

std::string reference_page(std::span<const Command> commands) {
  std::string text =
      "# The weft command\n\nWritten by `weft help --markdown`; a test compares.\n\n"
      "Every command takes these, also in front of its name:\n\n";
  text += flags_in_markdown(global_flags());
  text +=
      "## Exit codes\n\n"
      "| code | meaning |\n| --- | --- |\n| 0 | done |\n| 1 | failed |\n| 2 | wrong usage |\n| 3 | findings |\n"
      "| 4 | refused: the input is invalid; nothing was changed |\n| 5 | the control plane can't be reached |\n"
      "| 6 | not allowed |\n| 124 | a wait timed out |\n| 130 | interrupted |\n\n"
      "`weft exec` ends with the exit code of the command it ran. Errors go to stderr, results to stdout.\n\n";
  for (const auto group : groups_of(commands)) {
    text += "## " + std::string(group) + "\n\n";
    for (const auto& command : commands) {
      if (command.group == group) text += section_of(command);
    }
  }
  text.pop_back();
  return text;
}

}  // namespace weft::cli
