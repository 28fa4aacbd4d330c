// Parsers of HTTP/1.1 request and response heads (RFC 9112). Pure: bytes in, head out; no I/O, no clock. Incremental
// without reading any byte twice; the result does not depend on how the bytes were cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/h1/field_parser.h"
#include "http/h1/framing.h"
#include "http/h1/limits.h"
#include "http/message.h"

namespace weft::http::h1 {

// Reads one request head. One per connection; reset() between messages. `bytes` is always everything received of this
// message from its first byte on; it may grow and move between calls. The head keeps its own copy of all text.
class RequestParser {
 public:
  explicit RequestParser(const Limits& limits) : limits_(limits), fields_(limits_) {}

  // `done`: the head is in `head`, consumed() bytes were its own, framing() tells of the body. `failed`: see
  // violation(); the connection must not be read further.
  Progress parse(std::string_view bytes, RequestHead& head);

  size_t consumed() const { return fields_.consumed(); }
  const Framing& framing() const { return framing_; }
  const Violation& violation() const { return violation_; }
  // Nothing of the message's head has been seen yet (an empty line before it does not count).
  bool at_start() const { return !line_done_; }
  void reset();

 private:
  Progress parse_line(std::string_view bytes, RequestHead& head);
  Violation read_line(std::string_view line, RequestHead& head);
  Progress finish(RequestHead& head);
  Progress fail(Violation violation);

  Limits limits_;
  FieldParser fields_;
  Framing framing_;
  Violation violation_;
  size_t line_begin_ = 0;
  size_t scanned_ = 0;
  bool line_done_ = false;
};

// Reads one response head; the rules are those of RequestParser.
class ResponseParser {
 public:
  explicit ResponseParser(const Limits& limits) : limits_(limits), fields_(limits_) {}

  // `request_method` is that of the request being answered: it decides whether a body follows.
  Progress parse(std::string_view bytes, std::string_view request_method, ResponseHead& head);

  size_t consumed() const { return fields_.consumed(); }
  const Framing& framing() const { return framing_; }
  const Violation& violation() const { return violation_; }
  void reset();

 private:
  Progress parse_line(std::string_view bytes, ResponseHead& head);
  Progress fail(Violation violation);

  Limits limits_;
  FieldParser fields_;
  Framing framing_;
  Violation violation_;
  size_t scanned_ = 0;
  bool line_done_ = false;
};

}  // namespace weft::http::h1
