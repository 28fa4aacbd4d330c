#include "cli/words/command_line.h"

#include <algorithm>

#include "cli/words/suggest.h"

namespace weft::cli {
namespace {

// One pass over the words, left to right. Lives for one call of parse_command_line.
class Parser {
 public:
  Parser(std::span<const Command> commands, std::span<const std::string> words) : commands_(commands), words_(words) {}

  Expected<Invocation> parse() {
    while (next_ < words_.size()) {
      if (auto done = take(words_[next_++]); !done) return stop(std::move(done).error());
      if (call_.has_tail) break;
    }
    if (auto fine = check_operands(); !fine) return stop(std::move(fine).error());
    return std::move(call_);
  }

 private:
  using Done = Expected<bool>;

  Done take(const std::string& word) {
    if (word == "--") {
      call_.has_tail = true;
      call_.tail.assign(words_.begin() + static_cast<ptrdiff_t>(next_), words_.end());
      return true;
    }
    if (word.starts_with("--")) return take_long(std::string_view(word).substr(2));
    if (word.size() > 1 && word[0] == '-') return take_letters(std::string_view(word).substr(1));
    if (!call_.command) return take_verb(word);
    call_.operands.push_back(word);
    return true;
  }

  Done take_verb(const std::string& word) {
    if (word == "x") return true;  // istioctl's prefix for what is experimental there
    call_.command = find_command(commands_, word);
    if (call_.command) return true;
    std::vector<std::string_view> names;
    for (const auto& command : commands_) names.push_back(command.name);
    Failure failure{.exit = Exit::usage, .what = "there is no command \"" + word + "\"", .hint = "weft help"};
    if (auto near = did_you_mean(word, names); !near.empty()) failure.what += "; " + near;
    return stop(std::move(failure));
  }

  Done take_long(std::string_view word) {
    const size_t equals = word.find('=');
    const auto name = word.substr(0, equals);
    const Flag* flag = find([&](const Flag& f) { return f.name == name; });
    if (!flag) return unknown_flag(name);
    if (equals != std::string_view::npos) return take_value(*flag, word.substr(equals + 1));
    return take_flag(*flag);
  }

  // "-n", "-nNS", "-n=NS" or several switches in one word.
  Done take_letters(std::string_view letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      const Flag* flag = find([&](const Flag& f) { return f.letter == letters[i]; });
      if (!flag) return stop(usage("there is no flag \"-" + std::string(1, letters[i]) + "\""));
      auto rest = letters.substr(i + 1);
      if (!flag->is_switch() && !rest.empty()) return take_value(*flag, rest.substr(rest[0] == '=' ? 1 : 0));
      if (auto done = take_flag(*flag); !done) return done;
    }
    return true;
  }

  Done take_flag(const Flag& flag) {
    if (flag.is_switch()) {
      call_.flags[flag.name].push_back("true");
      return true;
    }
    if (!flag.bare.empty()) {
      call_.flags[flag.name].emplace_back(flag.bare);
      return true;
    }
    if (next_ == words_.size()) return stop(usage(display(flag) + " needs a value: " + std::string(flag.value)));
    return take_value(flag, words_[next_++]);
  }

  Done take_value(const Flag& flag, std::string_view value) {
    if (flag.is_switch()) {
      if (value == "true") call_.flags[flag.name].push_back("true");
      if (value == "false") call_.flags.erase(flag.name);
      if (value == "true" || value == "false") return true;
      return stop(usage(display(flag) + " is a switch; it takes no value \"" + std::string(value) + "\""));
    }
    if (!flag.choices.empty() && std::ranges::count(flag.choices, value) == 0) return wrong_choice(flag, value);
    call_.flags[flag.name].emplace_back(value);
    return true;
  }

  Done wrong_choice(const Flag& flag, std::string_view value) const {
    std::string what = display(flag) + " can't be \"" + std::string(value) + "\"; it is one of";
    for (size_t i = 0; i < flag.choices.size(); ++i) what.append(i == 0 ? " " : ", ").append(flag.choices[i]);
    return stop(usage(std::move(what)));
  }

  Done unknown_flag(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const auto& flag : global_flags()) names.push_back(flag.name);
    if (call_.command) {
      for (const auto& flag : call_.command->flags) names.push_back(flag.name);
    }
    std::string what = "there is no flag \"--" + std::string(name) + "\"";
    if (!call_.command) what += " before the command";
    if (auto near = did_you_mean(name, names, "--"); !near.empty()) what += "; " + near;
    return stop(usage(std::move(what)));
  }

  Done check_operands() const {
    if (!call_.command || call_.has("help")) return true;
    const auto& operands = call_.command->operands;
    const std::string verb(call_.command->name);
    if (call_.operands.size() < operands.min) {
      return stop(usage("weft " + verb + " needs " + std::string(operands.usage)));
    }
    if (call_.operands.size() > operands.max && operands.command_follows && !call_.has_tail) {
      return stop(
          usage("put \"--\" before the command to run: weft " + verb + " ... -- " + call_.operands[operands.max]));
    }
    if (call_.operands.size() > operands.max) {
      return stop(usage("weft " + verb + " can't do anything with \"" + call_.operands[operands.max] + "\""));
    }
    if (call_.has_tail && !operands.command_follows && !call_.tail.empty()) {
      return stop(usage("weft " + verb + " takes nothing after \"--\""));
    }
    return check_first(operands);
  }

  Done check_first(const Operands& operands) const {
    if (operands.first.empty() || call_.operands.empty()) return true;
    const auto& word = call_.operands.front();
    if (std::ranges::count(operands.first, word) > 0) return true;
    std::string what = "weft " + std::string(call_.command->name) + " can't do \"" + word + "\"";
    if (auto near = did_you_mean(word, operands.first); !near.empty()) what += "; " + near;
    return stop(usage(std::move(what)));
  }

  template <class Matches>
  const Flag* find(Matches matches) const {
    if (call_.command) {
      for (const auto& flag : call_.command->flags) {
        if (matches(flag)) return &flag;
      }
    }
    for (const auto& flag : global_flags()) {
      if (matches(flag)) return &flag;
    }
    return nullptr;
  }

  Failure usage(std::string what) const {
    const std::string verb = call_.command ? "weft " + std::string(call_.command->name) + " --help" : "weft help";
    return {.exit = Exit::usage, .what = std::move(what), .hint = verb};
  }

  static std::string display(const Flag& flag) { return "--" + std::string(flag.name); }

  std::span<const Command> commands_;
  std::span<const std::string> words_;
  size_t next_ = 0;
  Invocation call_;
};

}  // namespace

bool Invocation::has(std::string_view flag) const {
  return flags.contains(flag);
}

std::optional<std::string> Invocation::value(std::string_view flag) const {
  const auto found = flags.find(flag);
  if (found == flags.end()) return std::nullopt;
  return found->second.back();
}

std::string Invocation::value_or(std::string_view flag, std::string_view fallback) const {
  return value(flag).value_or(std::string(fallback));
}

std::vector<std::string> Invocation::values(std::string_view flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() ? std::vector<std::string>{} : found->second;
}

Expected<Invocation> parse_command_line(std::span<const Command> commands, std::span<const std::string> words) {
  return Parser(commands, words).parse();
}

}  // namespace weft::cli
