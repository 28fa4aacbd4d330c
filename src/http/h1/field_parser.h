// FieldParser: the header or trailer lines of one HTTP/1.1 message (RFC 9112 5), up to and with the empty line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/h1/framing.h"
#include "http/h1/limits.h"
#include "http/headers.h"

namespace weft::http::h1 {

enum class Progress : uint8_t { need_more, done, failed };

// Shared by the heads' parsers and the chunked decoder. Reads no byte twice. Strict: CR LF ends every line; no folding,
// no space before the colon, names are tokens, values hold no control character but TAB (RFC 9110 5.5, 5.6.2).
class FieldParser {
 public:
  explicit FieldParser(const Limits& limits) : underscores_(limits.underscores), fields_max_(limits.fields_max) {}

  // Begins at offset `at` of the message; takes at most `fields_max` lines.
  void start(size_t at, size_t fields_max);

  // `bytes` is the whole message from its first byte; may have grown and moved since the last call.
  Progress parse(std::string_view bytes, Headers& headers);

  // The offset behind the empty line, once done.
  size_t consumed() const { return line_; }
  const Violation& violation() const { return violation_; }

 private:
  static constexpr size_t kNameBytesMax = 1024;  // no real name is near this

  Progress fail(uint16_t status, const char* what);
  Progress finish_line(std::string_view bytes, size_t value_end, Headers& headers);

  Underscores underscores_;
  size_t fields_max_;
  size_t line_ = 0;     // where the current line begins
  size_t colon_ = 0;    // where its colon is; 0: not found yet
  size_t scanned_ = 0;  // bytes before this are known to be in order
  Violation violation_;
};

}  // namespace weft::http::h1
