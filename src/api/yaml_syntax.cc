#include "api/yaml_syntax.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::api {
namespace {

Position at(const yaml_mark_t& mark) {
  return {static_cast<uint32_t>(mark.line) + 1, static_cast<uint32_t>(mark.column) + 1};
}

std::string_view words(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

Position position_of_byte(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<uint32_t>(std::ranges::count(before, '\n')) + 1, static_cast<uint32_t>(byte - line_start) + 1};
}

// The character at a mark; 0 beyond the end.
char character_at(std::string_view text, const yaml_mark_t& mark) {
  size_t start = 0;
  for (size_t line = 0; line < mark.line; ++line) {
    const size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return 0;
    start = end + 1;
  }
  return start + mark.column < text.size() ? text[start + mark.column] : '\0';
}

SyntaxError bad_bytes(const yaml_parser_t& parser, std::string_view text) {
  const Position place = position_of_byte(text, std::min(parser.problem_offset, text.size()));
  return {place, Code::unreadable, "the file is not UTF-8 text here", "save it as UTF-8, without control characters"};
}

// A tab and a reserved character are the two ways to get here.
SyntaxError bad_start(const yaml_parser_t& parser, std::string_view text) {
  const char found = character_at(text, parser.problem_mark);
  if (found == '\t') {
    return {at(parser.problem_mark), Code::syntax, "a tab can't indent YAML", "use spaces"};
  }
  return {at(parser.problem_mark), Code::syntax, fmt::format("a plain value can't begin with '{}'", found),
          "put the value in quotes"};
}

}  // namespace

// libyaml says what it was doing (context) and what stopped it (problem), each with a mark; which of the two marks
// helps depends on the case.
SyntaxError explain_syntax_error(const yaml_parser_t& parser, std::string_view text) {
  const std::string_view problem = words(parser.problem), context = words(parser.context);
  if (parser.error == YAML_MEMORY_ERROR) return {{1, 1}, Code::too_large, "not enough memory to read this", {}};
  if (parser.error == YAML_READER_ERROR) return bad_bytes(parser, text);
  if (context == "while scanning a quoted scalar" && problem.starts_with("found unexpected")) {
    return {at(parser.context_mark), Code::syntax, "the quote that opens here is never closed",
            "add the closing quote"};
  }
  if (problem == "found character that cannot start any token") return bad_start(parser, text);
  if (problem == "mapping values are not allowed in this context") {
    return {at(parser.problem_mark), Code::syntax, "a colon that can't be one of a key here",
            "indent the line as its neighbours, or quote the value if the colon is part of it"};
  }
  if (problem == "could not find expected ':'") {
    return {at(parser.context_mark), Code::syntax, "this line is neither \"key: value\" nor part of a value",
            "add the colon, and a space after it"};
  }
  if (context == "while parsing a block mapping" || context == "while parsing a block collection") {
    return {at(parser.problem_mark), Code::syntax,
            fmt::format("this does not belong to the {} that begins in line {}",
                        context.ends_with("mapping") ? "map" : "list", parser.context_mark.line + 1),
            "indent it as the lines above it"};
  }
  if (context == "while parsing a flow node") {
    return {at(parser.problem_mark), Code::syntax, "a value is missing here, or a bracket before it is not closed", {}};
  }
  if (context == "while parsing a flow mapping" || context == "while parsing a flow sequence") {
    return {
        at(parser.context_mark), Code::syntax,
        fmt::format("the {} that opens here is not closed as it should be", context.ends_with("mapping") ? "{" : "["),
        fmt::format("look at line {}: a comma or the closing {} is missing", parser.problem_mark.line + 1,
                    context.ends_with("mapping") ? "}" : "]")};
  }
  return {at(parser.problem_mark),
          Code::syntax,
          context.empty() ? std::string(problem) : fmt::format("{} {}", problem, context),
          {}};
}

}  // namespace weft::api
