// What a terminal can show: colours or not, redrawing or not, how wide. Decided once at start from the environment;
// pure.
#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

// Colours by meaning. Signs (✔ ! ✖ ·) differ in shape too, so that colour is never needed.
enum class Tone { plain, good, warning, bad, faint, strong };

// How text is dressed for one output stream. A value.
struct Style {
  bool colours = false;
  bool redraws = false;  // a terminal whose lines can be overwritten: spinners are allowed
  size_t width = 80;     // columns

  std::string paint(Tone tone, std::string_view text) const;
};

// What decides a stream's style; `color_flag` is --color's value.
struct StreamFacts {
  bool is_terminal = false;
  size_t width = 80;
  bool no_color = false;  // NO_COLOR is set and not empty (no-color.org)
  std::string_view term;  // TERM
  std::string_view color_flag = "auto";
};
Style choose_style(const StreamFacts& facts);

// Columns that UTF-8 text takes when every character is one column wide; escape sequences of colours count nothing.
size_t columns_of(std::string_view text);

// `text` filled up with spaces to `width` columns; longer text stays as it is.
std::string padded(std::string_view text, size_t width);

// "1 error", "2 errors".
std::string counted(size_t count, std::string_view what);

// `text` cut to `width` columns, the last one then being "…".
std::string shortened(std::string_view text, size_t width);

}  // namespace weft::cli
