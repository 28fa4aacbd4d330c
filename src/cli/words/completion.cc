#include "cli/words/completion.h"

#include <algorithm>

#include "api/kinds.h"

namespace weft::cli {
namespace {

constexpr std::string_view kBash = R"(# bash completion of weft; load with: source <(weft completion bash)
_weft() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":files" ]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("$line")
  done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _weft weft
)";

constexpr std::string_view kZsh = R"(#compdef weft
# zsh completion of weft; load with: source <(weft completion zsh)
_weft() {
  local -a found
  found=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "${found[1]}" == ":files" ]]; then
    _files
  else
    compadd -- "${(@)found:#}"
  fi
}
compdef _weft weft
)";

constexpr std::string_view kFish = R"(# fish completion of weft; load with: weft completion fish | source
function __weft_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  if test "$found[1]" = ":files"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\n' $found
  end
end
complete -c weft -f -a '(__weft_complete)'
)";

// What is known of the words in front of the one to complete.
struct Before {
  const Command* command = nullptr;
  const Flag* awaits_value = nullptr;
  std::vector<std::string> operands;
  std::string namespace_name;
  bool passed_dashes = false;
};

const Flag* find_flag(const Command* command, const std::string& word) {
  const auto matches = [&](const Flag& flag) {
    if (word.starts_with("--")) return flag.name == std::string_view(word).substr(2);
    return word.size() == 2 && flag.letter == word[1];
  };
  if (command) {
    for (const auto& flag : command->flags) {
      if (matches(flag)) return &flag;
    }
  }
  for (const auto& flag : global_flags()) {
    if (matches(flag)) return &flag;
  }
  return nullptr;
}

Before read_words(std::span<const Command> commands, std::span<const std::string> words) {
  Before before;
  for (const auto& word : words) {
    if (before.passed_dashes) continue;
    if (before.awaits_value) {
      if (before.awaits_value->name == "namespace") before.namespace_name = word;
      before.awaits_value = nullptr;
    } else if (word == "--") {
      before.passed_dashes = true;
    } else if (word.starts_with('-')) {
      const Flag* flag = find_flag(before.command, word);
      if (flag && !flag->is_switch() && flag->bare.empty()) before.awaits_value = flag;
    } else if (!before.command) {
      before.command = find_command(commands, word);
    } else {
      before.operands.push_back(word);
    }
  }
  return before;
}

std::vector<std::string> flags_of(const Command* command) {
  std::vector<std::string> words;
  const auto add = [&](const Flag& flag) { words.push_back("--" + std::string(flag.name)); };
  if (command) std::ranges::for_each(command->flags, add);
  std::ranges::for_each(global_flags(), add);
  return words;
}

std::vector<std::string> values_of(const Flag& flag, const NamesOfKind& names) {
  if (!flag.choices.empty()) return {flag.choices.begin(), flag.choices.end()};
  if (flag.value == "NS") return names("namespaces", "");
  if (flag.value == "FILE" || flag.value == "DIR") return {std::string(kCompleteFiles)};
  return {};
}

std::vector<std::string> operands_of(const Before& before, const NamesOfKind& names) {
  const auto& operands = before.command->operands;
  const auto space = before.namespace_name.empty() ? "default" : before.namespace_name;
  if (before.operands.size() >= operands.max) return {};
  if (before.operands.empty() && !operands.first.empty()) return {operands.first.begin(), operands.first.end()};
  if (operands.usage.starts_with("KIND")) {
    if (!before.operands.empty()) return names(before.operands.front(), space);
    std::vector<std::string> kinds;
    for (const auto& kind : api::all_kinds()) kinds.emplace_back(kind.plural);
    return kinds;
  }
  if (operands.usage.find("POD") != std::string_view::npos) return names("pods", space);
  return {};
}

std::vector<std::string> candidates(std::span<const Command> commands, const Before& before, const std::string& word,
                                    const NamesOfKind& names) {
  if (before.passed_dashes) return {std::string(kCompleteFiles)};
  if (before.awaits_value) return values_of(*before.awaits_value, names);
  if (word.starts_with('-')) return flags_of(before.command);
  if (before.command) return operands_of(before, names);
  std::vector<std::string> verbs;
  for (const auto& command : commands) {
    if (!command.group.empty()) verbs.emplace_back(command.name);
  }
  return verbs;
}

}  // namespace

std::vector<std::string> complete(std::span<const Command> commands, std::span<const std::string> words,
                                  const NamesOfKind& names) {
  if (words.empty()) return {};
  const auto& word = words.back();
  auto found = candidates(commands, read_words(commands, words.first(words.size() - 1)), word, names);
  std::erase_if(found, [&](const std::string& one) { return one != kCompleteFiles && !one.starts_with(word); });
  return found;
}

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return {};
}

}  // namespace weft::cli
