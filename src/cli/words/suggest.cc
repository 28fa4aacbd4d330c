#include "cli/words/suggest.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::cli {

std::vector<std::string_view> nearest_three(std::string_view word, std::vector<std::string_view> candidates) {
  constexpr size_t kMost = 3;
  std::vector<std::string_view> found;
  const auto take = [&](std::string_view candidate) {
    found.push_back(candidate);
    std::erase(candidates, candidate);
  };
  // One letter begins too much to be a hint.
  for (const auto candidate : std::vector(candidates)) {
    const bool is_new = std::ranges::find(found, candidate) == found.end();
    if (word.size() >= 2 && found.size() < kMost && is_new && candidate.starts_with(word)) take(candidate);
  }
  while (found.size() < kMost) {
    const auto near = nearest(word, candidates);
    if (!near) break;
    take(*near);
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::vector<std::string_view> candidates, std::string_view prefix) {
  const auto found = nearest_three(word, std::move(candidates));
  std::string text;
  for (size_t i = 0; i < found.size(); ++i) {
    const bool last = i + 1 == found.size();
    text += i == 0 ? "did you mean " : last ? " or " : ", ";
    text.append("\"").append(prefix).append(found[i]).append("\"");
  }
  if (!text.empty()) text += "?";
  return text;
}

}  // namespace weft::cli
