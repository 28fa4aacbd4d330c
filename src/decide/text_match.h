// TextMatch: one way of comparing a text (envoy.type.matcher.v3.StringMatcher), compiled. Comparison is byte by byte,
// also for text that is not UTF-8. Regular expressions are RE2: linear time whatever the pattern.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace weft::decide {

// Whether letters of different case are equal.
enum class Case : uint8_t { sensitive, ignored };

// A compiled RE2 expression. Shared by copies; immutable, so any thread may match with it.
class Regex {
 public:
  // Fails on a pattern that does not parse or whose program would be over 1 MiB.
  static Result<Regex> compile(std::string_view pattern);

  bool matches_whole(std::string_view text) const;

  // Replaces every match; `\1` in `rewrite` stands for the first group. compile-time checked by check_rewrite().
  std::string replace_all(std::string_view text, std::string_view rewrite) const;
  bool check_rewrite(std::string_view rewrite) const;

 private:
  std::shared_ptr<const re2::RE2> program_;
};

// Immutable value; any thread may match with it.
class TextMatch {
 public:
  enum class Kind : uint8_t { exact, prefix, suffix, contains, regex };

  TextMatch(Kind kind, std::string_view text, Case letters = Case::sensitive);
  explicit TextMatch(Regex regex) : kind_(Kind::regex), regex_(std::move(regex)) {}

  bool matches(std::string_view text) const;

  Kind kind() const { return kind_; }
  Case letters() const { return letters_; }
  // What is compared with; lower-cased where case is ignored, empty for a regular expression.
  const std::string& text() const { return text_; }

 private:
  Kind kind_;
  Case letters_ = Case::sensitive;
  std::string text_;
  Regex regex_;
};

}  // namespace weft::decide
