// YAML text to trees. A text is cut at its "---" lines first (YAML 1.2.2 section 9.1.2: such a line is a document
// marker wherever it stands), and each piece is read for itself: an error in one document leaves the others readable,
// so that all errors of a file are found at once.
#include <fmt/format.h>

#include "api/source_finding.h"
#include "api/tree.h"
#include "api/yaml_document.h"
#include "base/strings.h"

namespace weft::api {
namespace {

// A run of lines that libyaml gets at once.
struct Piece {
  uint32_t first_line = 1;
  std::string_view text;
};

bool is_document_start(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

// Only comments, blanks and directives: such lines belong to the document that follows them.
bool is_prologue(std::string_view text) {
  for (const auto line : split(text, '\n')) {
    const auto content = trim(line);
    if (!content.empty() && content.front() != '#' && line.front() != '%') return false;
  }
  return true;
}

std::vector<Piece> cut(std::string_view text) {
  std::vector<Piece> pieces;
  Piece piece;
  size_t start = 0;
  uint32_t line_number = 1;
  for (size_t at = 0; at < text.size(); ++line_number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const bool starts = at > start && is_document_start(text.substr(at, end - at));
    if (starts && !is_prologue(text.substr(start, at - start))) {
      piece.text = text.substr(start, at - start);
      pieces.push_back(piece);
      piece.first_line = line_number;
      start = at;
    }
    at = end + 1;
  }
  piece.text = text.substr(start);
  pieces.push_back(piece);
  return pieces;
}

}  // namespace

YamlFile parse_yaml(std::string text, std::string file) {
  YamlFile parsed;
  if (text.size() > kFileSizeMax) {
    parsed.source = std::make_shared<SourceFile>(std::move(file), std::string());
    parsed.findings.push_back(source_finding(
        *parsed.source, {}, Code::too_large,
        fmt::format("the file is larger than {} MiB ({} bytes)", kFileSizeMax >> 20, text.size()), "split it"));
    return parsed;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);  // a byte order mark, as some editors of Windows leave it
  parsed.source = std::make_shared<SourceFile>(std::move(file), std::move(text));
  for (const Piece& piece : cut(parsed.source->text())) {
    YamlDocuments documents(*parsed.source, piece.text, piece.first_line);
    documents.read(parsed.documents, parsed.findings);
  }
  return parsed;
}

}  // namespace weft::api
