#include "api/source_finding.h"

namespace weft::api {
namespace {

constexpr size_t kQuotedMax = 240;  // two lines of a wide terminal; minified JSON would flood the screen

}  // namespace

std::string quoted_line(const SourceFile& source, uint32_t line) {
  std::string_view text = source.line(line);
  if (text.size() <= kQuotedMax) return std::string(text);
  size_t end = kQuotedMax;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not in the middle of a character
  return std::string(text.substr(0, end)) + "...";
}

// Line 0 quotes nothing: the complaint is about the file as a whole.
Finding source_finding(const SourceFile& source, Position at, Code code, std::string message, std::string hint,
                       uint32_t width) {
  Finding finding;
  finding.code = code;
  finding.file = source.name();
  finding.line = at.line;
  finding.column = at.column;
  finding.width = width;
  finding.source_line = quoted_line(source, at.line);
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  return finding;
}

}  // namespace weft::api
