#include "api/embedded_yaml.h"

#include <utility>

namespace weft::api {
namespace {

// From places within the text to places of the file.
struct Shift {
  uint32_t lines = 0;
  uint32_t columns = 0;
  bool is_exact = false;
  Position whole;  // the text itself

  Position of(Position at) const {
    if (!is_exact) return whole;
    return {at.line + lines, at.column + columns};
  }
};

size_t indentation(std::string_view line) {
  return line.find_first_not_of(' ');
}

// A literal block begins in the line after its indicator, and its indentation is that of its first line with text.
Shift shift_of(const Place& text) {
  Shift shift{.whole = text.node().at};
  const SourceFile* source = text.report().source;
  if (source == nullptr || shift.whole.line == 0) return shift;
  const std::string_view head = source->line(shift.whole.line);
  const bool is_literal = shift.whole.column <= head.size() && head[shift.whole.column - 1] == '|';
  if (!is_literal) return shift;
  for (uint32_t line = shift.whole.line + 1; line < shift.whole.line + 1000; ++line) {
    const size_t columns = indentation(source->line(line));
    if (columns == std::string_view::npos) continue;
    return {
        .lines = shift.whole.line, .columns = static_cast<uint32_t>(columns), .is_exact = true, .whole = shift.whole};
  }
  return shift;
}

void move(Node& node, const Shift& shift) {
  node.at = shift.of(node.at);
  for (Node& item : node.items) move(item, shift);
  for (MapEntry& entry : node.entries) {
    entry.key_at = shift.of(entry.key_at);
    move(entry.value, shift);
  }
}

}  // namespace

Node parse_embedded(const Place& text) {
  YamlFile file = parse_yaml(text.node().text, "");
  const Shift shift = shift_of(text);
  for (const Finding& finding : file.findings) {
    const Position at = shift.of({finding.line, finding.column});
    text.report().add(finding.severity, finding.code, text.path(), at, finding.width, finding.message, finding.hint);
  }
  if (has_errors(file.findings) || file.documents.empty()) return {};
  if (file.documents.size() > 1) text.error(Code::bad_value, "one document is due here, not several");
  Node node = std::move(file.documents.front());
  move(node, shift);
  return node;
}

}  // namespace weft::api
