#include "http/h1/head_parser.h"

#include "base/strings.h"
#include "http/h1/target.h"
#include "http/scan.h"

namespace weft::http::h1 {
namespace {

constexpr size_t kVersionSize = 8;  // "HTTP/1.1"
constexpr size_t kMethodBytesMax = 64;

Violation read_version(std::string_view text, Version& version) {
  if (text == "HTTP/1.1") {
    version = Version::http11;
  } else if (text == "HTTP/1.0") {
    version = Version::http10;
  } else {
    const auto is_digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    const bool well_formed =
        text.size() == kVersionSize && text.starts_with("HTTP/") && is_digit(5) && text[6] == '.' && is_digit(7);
    return well_formed ? Violation{505, "an HTTP version other than 1.0 and 1.1"}
                       : Violation{400, "not an HTTP version"};
  }
  return {};
}

}  // namespace

void RequestParser::reset() {
  framing_ = {};
  violation_ = {};
  line_begin_ = scanned_ = 0;
  line_done_ = false;
}

Progress RequestParser::parse(std::string_view bytes, RequestHead& head) {
  const std::string_view within = bytes.substr(0, limits_.head_bytes_max);
  Progress progress = line_done_ ? Progress::done : parse_line(within, head);
  if (progress == Progress::done) progress = fields_.parse(within, head.headers);
  switch (progress) {
    case Progress::need_more:
      if (bytes.size() >= limits_.head_bytes_max) return fail({431, "the request head is too large"});
      return Progress::need_more;
    case Progress::failed:
      return fail(violation_ ? violation_ : fields_.violation());
    case Progress::done:
      break;
  }
  return finish(head);
}

Progress RequestParser::parse_line(std::string_view bytes, RequestHead& head) {
  if (scanned_ == 0) {
    head.clear();
    // One empty line before a request is skipped: some clients send it after a body (RFC 9112 2.2).
    if (bytes.starts_with('\r')) {
      if (bytes.size() < 2) return Progress::need_more;
      if (bytes[1] == '\n') line_begin_ = scanned_ = 2;
    }
  }
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  // The line ends at the first byte that no field value could hold: that must be CR LF.
  const char* const stop = scan_value(begin + scanned_, end);
  scanned_ = static_cast<size_t>(stop - begin);
  const size_t target_and_method = scanned_ - line_begin_;
  if (target_and_method > limits_.target_bytes_max + kMethodBytesMax)
    return fail({414, "the request target is too long"});
  if (stop == end || (*stop == '\r' && stop + 1 == end)) return Progress::need_more;
  if (stop[0] != '\r' || stop[1] != '\n') return fail({400, "a control character in the request line"});
  if (const Violation violation = read_line(bytes.substr(line_begin_, target_and_method), head)) return fail(violation);
  line_done_ = true;
  fields_.start(scanned_ + 2, limits_.fields_max);
  return Progress::done;
}

Violation RequestParser::read_line(std::string_view line, RequestHead& head) {
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  const char* const method_end = scan_token(begin, end);
  if (method_end == begin || method_end == end || *method_end != ' ') return {400, "not a method"};
  const char* const target = method_end + 1;
  const char* const target_end = scan_target(target, end);
  if (target_end == target || target_end == end || *target_end != ' ') return {400, "not a request target"};
  const std::string_view version(target_end + 1, static_cast<size_t>(end - target_end - 1));
  head.method.assign(begin, method_end);
  const std::string_view target_text(target, static_cast<size_t>(target_end - target));
  if (target_text.size() > limits_.target_bytes_max) return {414, "the request target is too long"};
  if (const Violation violation = read_target(target_text, head)) return violation;
  return read_version(version, head.version);
}

Progress RequestParser::finish(RequestHead& head) {
  const Host role = head.authority.empty() ? Host::is_authority : Host::must_agree;
  if (const Violation violation = take_host(role, head)) return fail(violation);
  if (const Violation violation = request_framing(head, framing_)) return fail(violation);
  return Progress::done;
}

Progress RequestParser::fail(Violation violation) {
  violation_ = violation;
  return Progress::failed;
}

void ResponseParser::reset() {
  framing_ = {};
  violation_ = {};
  scanned_ = 0;
  line_done_ = false;
}

Progress ResponseParser::parse(std::string_view bytes, std::string_view request_method, ResponseHead& head) {
  const std::string_view within = bytes.substr(0, limits_.head_bytes_max);
  Progress progress = line_done_ ? Progress::done : parse_line(within, head);
  if (progress == Progress::done) progress = fields_.parse(within, head.headers);
  switch (progress) {
    case Progress::need_more:
      if (bytes.size() >= limits_.head_bytes_max) return fail({431, "the response head is too large"});
      return Progress::need_more;
    case Progress::failed:
      return fail(violation_ ? violation_ : fields_.violation());
    case Progress::done:
      break;
  }
  if (const Violation violation = response_framing(head, request_method, framing_)) return fail(violation);
  return Progress::done;
}

Progress ResponseParser::parse_line(std::string_view bytes, ResponseHead& head) {
  constexpr size_t kStatusEnd = kVersionSize + 4;  // "HTTP/1.1 200"
  if (scanned_ == 0) head.clear();
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* const stop = scan_value(begin + scanned_, end);
  scanned_ = static_cast<size_t>(stop - begin);
  if (stop == end || (*stop == '\r' && stop + 1 == end)) return Progress::need_more;
  if (stop[0] != '\r' || stop[1] != '\n') return fail({400, "a control character in the status line"});
  const std::string_view line = bytes.substr(0, scanned_);
  if (line.size() < kStatusEnd || line[kVersionSize] != ' ') return fail({400, "not a status line"});
  if (const Violation violation = read_version(line.substr(0, kVersionSize), head.version)) return fail(violation);
  const auto status = parse_unsigned(line.substr(kVersionSize + 1, 3));
  // A missing space before an empty reason phrase is common and harmless.
  if (!status || *status < 100 || (line.size() > kStatusEnd && line[kStatusEnd] != ' '))
    return fail({400, "not a status code"});
  head.status = static_cast<uint16_t>(*status);
  line_done_ = true;
  fields_.start(scanned_ + 2, limits_.fields_max);
  return Progress::done;
}

Progress ResponseParser::fail(Violation violation) {
  violation_ = violation;
  return Progress::failed;
}

}  // namespace weft::http::h1
