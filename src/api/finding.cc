#include "api/finding.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace weft::api {

std::string to_string(Code code) {
  return fmt::format("WFT{:04}", static_cast<unsigned>(code));
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "error";
}

bool has_errors(const Findings& findings) {
  return count(findings, Severity::error) > 0;
}

size_t count(const Findings& findings, Severity severity) {
  return static_cast<size_t>(
      std::ranges::count_if(findings, [&](const Finding& finding) { return finding.severity == severity; }));
}

void sort_by_place(std::span<Finding> findings) {
  std::ranges::sort(findings, [](const Finding& a, const Finding& b) {
    return std::tie(a.line, a.column, a.code, a.message) < std::tie(b.line, b.column, b.code, b.message);
  });
}

namespace {

constexpr std::string_view kRed = "\x1b[31m", kYellow = "\x1b[33m", kBlue = "\x1b[34m", kPlain = "\x1b[0m";

// Marks differ in shape, too: colours are not for everyone.
std::string_view mark(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\u2716";
    case Severity::warning:
      return "!";
    case Severity::info:
      return "\u00b7";
  }
  return "!";
}

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return kRed;
    case Severity::warning:
      return kYellow;
    case Severity::info:
      return kBlue;
  }
  return kPlain;
}

// "reviews.yaml:21:19", or nothing for what came from the API.
std::string place(const Finding& finding) {
  if (finding.file.empty()) return {};
  if (finding.line == 0) return finding.file;
  return fmt::format("{}:{}:{}", finding.file, finding.line, finding.column);
}

// A file may hold anything, also what would move a terminal's cursor: `!` stands for control characters and for bytes
// that are no character.
std::string printable(std::string_view line) {
  std::string text = as_utf8(line);
  for (char& c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) c = '!';
  }
  return text;
}

// The source line with a line of carets under what is meant.
std::string quote(const Finding& finding) {
  const std::string gutter = fmt::format("{:>5}", finding.line);
  const std::string line = printable(finding.source_line);
  std::string under;
  uint32_t column = 1;
  for (const char c : line) {
    if (column == finding.column) break;
    if ((c & 0xC0) == 0x80) continue;  // the rest of a UTF-8 character: no column of its own
    under += c == '\t' ? '\t' : ' ';
    ++column;
  }
  under.append(std::max<size_t>(1, finding.width), '^');
  return fmt::format("{} | {}\n      | {}\n", gutter, line, under);
}

std::string subject(const Finding& finding) {
  if (finding.object.empty()) return finding.path;
  return finding.path.empty() ? finding.object : finding.object + " " + finding.path;
}

}  // namespace

std::string render(const Finding& finding, Colour colour) {
  const bool coloured = colour == Colour::on;
  std::string text = fmt::format("{}{}{} ", coloured ? colour_of(finding.severity) : "", mark(finding.severity),
                                 coloured ? kPlain : "");
  const std::string where = place(finding);
  if (!where.empty()) text += where + "  ";
  text += to_string(finding.code) + " " + finding.message;
  const std::string about = subject(finding);
  if (!about.empty()) text += "  (" + about + ")";
  text += "\n";
  if (!finding.source_line.empty()) text += quote(finding);
  if (!finding.hint.empty()) text += "  fix: " + finding.hint + "\n";
  return text;
}

std::string render(const Findings& findings, Colour colour) {
  std::string text;
  for (const auto& finding : findings) text += render(finding, colour);
  return text;
}

std::string render_line(const Finding& finding) {
  std::string text;
  for (const std::string& part : {place(finding), subject(finding)}) {
    if (!part.empty()) text += part + ": ";
  }
  text += finding.message;
  if (!finding.hint.empty()) text += " (" + finding.hint + ")";
  return text + " [" + to_string(finding.code) + "]";
}

nlohmann::json to_json(const Finding& finding) {
  nlohmann::json json{
      {"code", to_string(finding.code)}, {"severity", to_string(finding.severity)}, {"message", finding.message}};
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  add("object", finding.object);
  add("path", finding.path);
  add("file", finding.file);
  add("hint", finding.hint);
  if (finding.line != 0) {
    json["line"] = finding.line;
    json["column"] = finding.column;
  }
  return json;
}

nlohmann::json to_json(const Findings& findings) {
  auto list = nlohmann::json::array();
  for (const auto& finding : findings) list.push_back(to_json(finding));
  return list;
}

// The reasons are Kubernetes' (metav1.CauseType), which kubectl and controllers look at.
nlohmann::json to_status_cause(const Finding& finding) {
  const auto reason = [&] {
    switch (finding.code) {
      case Code::required:
        return "FieldValueRequired";
      case Code::unknown_subset:
      case Code::unknown_host:
        return "FieldValueNotFound";
      case Code::duplicate_key:
        return "FieldValueDuplicate";
      default:
        return "FieldValueInvalid";
    }
  };
  std::string message = finding.message;
  if (!finding.hint.empty()) message += " (" + finding.hint + ")";
  return {{"reason", reason()}, {"message", message}, {"field", finding.path}};
}

}  // namespace weft::api
