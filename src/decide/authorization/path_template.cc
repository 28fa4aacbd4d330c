#include "decide/authorization/path_template.h"

#include <string>

namespace weft::decide {
namespace {

std::unexpected<Error> refuse_template(std::string_view text, const char* why) {
  return fail(Reason::invalid, "path template '" + std::string(text) + "': " + why);
}

// A segment or the rest of one: an operator, or characters of RFC 3986's pchar.
bool is_plain_text(std::string_view segment) {
  for (const char c : segment) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_letter && !std::string_view("-._~%!$&'()+,;:@=").contains(c)) return false;
  }
  return true;
}

std::string quoted_literal(std::string_view segment) {
  std::string quoted;
  for (const char c : segment) {
    if (std::string_view("$()+.").contains(c)) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace

Result<Regex> compile_path_template(std::string_view text) {
  if (!text.starts_with('/')) return refuse_template(text, "does not begin with a slash");
  std::string pattern;
  bool has_rest = false;
  for (std::string_view left = text; !left.empty();) {
    left.remove_prefix(1);  // the slash
    std::string_view segment = left.substr(0, left.find('/'));
    left.remove_prefix(segment.size());
    pattern += '/';
    if (segment.starts_with('*')) {
      if (has_rest) return refuse_template(text, "has an operator behind **");
      has_rest = segment.starts_with("**");
      pattern += has_rest ? ".*" : "[^/]+";
      segment.remove_prefix(has_rest ? 2 : 1);
      if (!segment.empty() && !left.empty()) return refuse_template(text, "mixes an operator with text");
    }
    if (!is_plain_text(segment)) return refuse_template(text, "has a segment that is neither an operator nor text");
    pattern += quoted_literal(segment);
  }
  return Regex::compile(pattern);
}

}  // namespace weft::decide
