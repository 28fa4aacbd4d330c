#include "cli/text/style.h"

namespace weft::cli {
namespace {

// SGR parameters (ECMA-48 8.3.117), the eight colours every terminal has.
std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "32";
    case Tone::warning:
      return "33";
    case Tone::bad:
      return "31";
    case Tone::faint:
      return "2";
    case Tone::strong:
      return "1";
    case Tone::plain:
      break;
  }
  return "";
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::string Style::paint(Tone tone, std::string_view text) const {
  if (!colours || tone == Tone::plain || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  painted.append(code_of(tone)).append("m").append(text).append("\x1b[0m");
  return painted;
}

Style choose_style(const StreamFacts& facts) {
  const bool capable = facts.is_terminal && facts.term != "dumb" && !facts.term.empty();
  Style style{.colours = capable && !facts.no_color, .redraws = capable, .width = facts.width};
  if (facts.color_flag == "always") style.colours = true;
  if (facts.color_flag == "never") style.colours = false;
  return style;
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      if (i == std::string_view::npos) break;
    } else if (!continues_character(text[i])) {
      ++columns;
    }
  }
  return columns;
}

std::string padded(std::string_view text, size_t width) {
  const size_t columns = columns_of(text);
  std::string filled(text);
  if (columns < width) filled.append(width - columns, ' ');
  return filled;
}

std::string counted(size_t count, std::string_view what) {
  std::string text = std::to_string(count) + " ";
  text += what;
  return count == 1 ? text : text + "s";
}

std::string shortened(std::string_view text, size_t width) {
  if (columns_of(text) <= width) return std::string(text);
  std::string cut;
  size_t columns = 0;
  for (const char c : text) {
    if (!continues_character(c) && ++columns >= width) break;
    cut += c;
  }
  return cut + "…";
}

}  // namespace weft::cli
