#include "decide/text_match.h"

#include <algorithm>

#include <re2/re2.h>

#include "base/strings.h"

namespace weft::decide {
namespace {

constexpr int64_t kProgramBytesMax = 1 << 20;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  const auto found = std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                                 [](char a, char b) { return to_lower(a) == b; });
  return found != text.end() || lower.empty();
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern) {
  RE2::Options options;
  const bool ascii = std::ranges::all_of(pattern, [](char c) { return static_cast<signed char>(c) >= 0; });
  options.set_encoding(ascii ? RE2::Options::EncodingLatin1 : RE2::Options::EncodingUTF8);
  options.set_log_errors(false);
  options.set_max_mem(kProgramBytesMax);
  auto program = std::make_shared<RE2>(piece(pattern), options);
  if (!program->ok()) {
    return fail(Reason::invalid, "regular expression '" + std::string(pattern) + "': " + program->error());
  }
  Regex regex;
  regex.program_ = std::move(program);
  return regex;
}

bool Regex::matches_whole(std::string_view text) const {
  return RE2::FullMatch(piece(text), *program_);
}

std::string Regex::replace_all(std::string_view text, std::string_view rewrite) const {
  std::string result(text);
  RE2::GlobalReplace(&result, *program_, piece(rewrite));
  return result;
}

bool Regex::check_rewrite(std::string_view rewrite) const {
  std::string error;
  return program_->CheckRewriteString(piece(rewrite), &error);
}

TextMatch::TextMatch(Kind kind, std::string_view text, Case letters)
    : kind_(kind), letters_(letters), text_(letters == Case::ignored ? to_lower(text) : std::string(text)) {}

bool TextMatch::matches(std::string_view text) const {
  const bool exact_case = letters_ == Case::sensitive;
  switch (kind_) {
    case Kind::exact:
      return exact_case ? text == text_ : equal_ignoring_case(text, text_);
    case Kind::prefix:
      return exact_case ? text.starts_with(text_) : equal_ignoring_case(text.substr(0, text_.size()), text_);
    case Kind::suffix:
      if (text.size() < text_.size()) return false;
      return exact_case ? text.ends_with(text_) : equal_ignoring_case(text.substr(text.size() - text_.size()), text_);
    case Kind::contains:
      return exact_case ? text.find(text_) != std::string_view::npos : contains_ignoring_case(text, text_);
    case Kind::regex:
      return regex_.matches_whole(text);
  }
  return false;
}

}  // namespace weft::decide
