#include "cli/input/object_words.h"

#include <algorithm>

#include "base/strings.h"
#include "cli/words/suggest.h"

namespace weft::cli {
namespace {

Expected<std::vector<NamedObjects>> read_pairs(const std::vector<std::string>& words) {
  std::vector<NamedObjects> named;
  for (const auto& word : words) {
    const size_t slash = word.find('/');
    if (slash == std::string::npos) {
      return stop(Exit::usage, "\"" + word + "\" has no \"/\"; write either KIND NAME... or KIND/NAME...");
    }
    const auto kind = kind_of(word.substr(0, slash));
    if (!kind) return stop(kind.error());
    if (slash + 1 == word.size()) return stop(Exit::usage, "\"" + word + "\" has no name behind the \"/\"");
    named.push_back({*kind, {word.substr(slash + 1)}});
  }
  return named;
}

// The kinds of a category ("all" is one).
std::vector<NamedObjects> members_of(std::string_view category) {
  std::vector<NamedObjects> named;
  for (const auto& kind : api::all_kinds()) {
    if (std::ranges::count(kind.categories, category) > 0) named.push_back({&kind, {}});
  }
  return named;
}

}  // namespace

Expected<const api::Kind*> kind_of(const std::string& word) {
  if (const auto* kind = api::find_kind_by_word(word)) return kind;
  std::string what = "there is no kind \"" + word + "\"";
  if (const auto near = did_you_mean(word, api::kind_words()); !near.empty()) what += "; " + near;
  std::string known = "  kinds:";
  for (const auto& kind : api::all_kinds()) known.append(" ").append(kind.plural);
  return stop(Failure{.exit = Exit::usage, .what = std::move(what), .details = known + "\n"});
}

Expected<std::vector<NamedObjects>> read_object_words(const std::vector<std::string>& words) {
  if (words.front().find('/') != std::string::npos) return read_pairs(words);
  std::vector<NamedObjects> named;
  for (const auto part : split(words.front(), ',')) {
    if (auto members = members_of(part); !members.empty()) {
      std::ranges::move(members, std::back_inserter(named));
      continue;
    }
    const auto kind = kind_of(std::string(part));
    if (!kind) return stop(kind.error());
    named.push_back({*kind, {}});
  }
  const std::vector<std::string> names(words.begin() + 1, words.end());
  if (names.empty()) return named;
  // The path of an object without a name is that of them all.
  if (std::ranges::count(names, "") > 0) return stop(Exit::usage, "a name is empty");
  if (named.size() > 1) return stop(Exit::usage, "names can only be given for one kind");
  if (names.front().find('/') != std::string::npos) {
    return stop(Exit::usage, "write either KIND NAME... or KIND/NAME..., not both");
  }
  named.front().names = names;
  return named;
}

}  // namespace weft::cli
