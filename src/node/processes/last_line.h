// LastLine: what a program said last, of what it writes piece by piece.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace weft::node {

// A value. Of a line that is longer than kBytesMax its beginning is kept. UTF-8, whatever the program writes: it
// becomes part of answers in JSON.
class LastLine {
 public:
  static constexpr size_t kBytesMax = 1000;

  void append(std::string_view bytes);
  // The last line that is not empty, finished or not.
  std::string text() const { return as_utf8(under_way_.empty() ? finished_ : under_way_); }

 private:
  std::string finished_;
  std::string under_way_;
};

}  // namespace weft::node
