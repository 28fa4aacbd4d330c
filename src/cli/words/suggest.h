// "Did you mean": the likeliest of what a person may have wanted to type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

// Up to three candidates: those that `word` begins, then those a slip of the pen away, nearest first.
std::vector<std::string_view> nearest_three(std::string_view word, std::vector<std::string_view> candidates);

// `did you mean "up" or "apply"?`, with `prefix` ("--" for flags) before each; empty when nothing is near.
std::string did_you_mean(std::string_view word, std::vector<std::string_view> candidates, std::string_view prefix = {});

}  // namespace weft::cli
