#include "cli/text/failure.h"

namespace weft::cli {

std::string render(const Failure& failure, const Style& style) {
  std::string text;
  if (!failure.what.empty()) text = style.paint(Tone::bad, "✖") + " " + failure.what + "\n";
  text += failure.details;
  if (!failure.hint.empty()) text += "  try: " + style.paint(Tone::strong, failure.hint) + "\n";
  return text;
}

}  // namespace weft::cli
