#include "http/h1/field_parser.h"

#include "http/scan.h"

namespace weft::http::h1 {

void FieldParser::start(size_t at, size_t fields_max) {
  line_ = scanned_ = at;
  colon_ = 0;
  fields_max_ = fields_max;
  violation_ = {};
}

Progress FieldParser::parse(std::string_view bytes, Headers& headers) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  for (;;) {
    if (colon_ == 0) {
      const char* const stop = scan_token(begin + scanned_, end);
      scanned_ = static_cast<size_t>(stop - begin);
      if (stop == end) return Progress::need_more;
      if (scanned_ == line_) {
        if (*stop != '\r') return fail(400, "a header line does not begin with a name");
        if (stop + 1 == end) return Progress::need_more;
        if (stop[1] != '\n') return fail(400, "CR without LF");
        line_ += 2;
        return Progress::done;
      }
      if (*stop != ':') return fail(400, "a header name is not followed by a colon");
      colon_ = scanned_++;
    }
    const char* const stop = scan_value(begin + scanned_, end);
    scanned_ = static_cast<size_t>(stop - begin);
    if (end - stop < 2) {
      if (stop == end || *stop == '\r') return Progress::need_more;
      return fail(400, "a control character in a header value");
    }
    if (stop[0] != '\r' || stop[1] != '\n') return fail(400, "a control character in a header value");
    if (finish_line(bytes, scanned_, headers) == Progress::failed) return Progress::failed;
  }
}

Progress FieldParser::finish_line(std::string_view bytes, size_t value_end, Headers& headers) {
  const size_t name_size = colon_ - line_;
  const std::string_view name = bytes.substr(line_, name_size);
  if (headers.size() >= fields_max_) return fail(431, "too many header fields");
  if (name_size > kNameBytesMax) return fail(431, "a header name is too long");
  if (underscores_ == Underscores::refuse && name.find('_') != name.npos)
    return fail(400, "an underscore in a header name");
  const auto is_space = [&](size_t at) { return bytes[at] == ' ' || bytes[at] == '\t'; };
  const bool is_canonical =
      value_end > colon_ + 2 && bytes[colon_ + 1] == ' ' && !is_space(colon_ + 2) && !is_space(value_end - 1);
  if (is_canonical) {
    headers.add_line(bytes.substr(line_, value_end + 2 - line_), name_size, bytes.size() - line_);
  } else {
    size_t value_begin = colon_ + 1;
    while (value_begin < value_end && is_space(value_begin)) ++value_begin;
    size_t trimmed = value_end;
    while (trimmed > value_begin && is_space(trimmed - 1)) --trimmed;
    headers.add(name, bytes.substr(value_begin, trimmed - value_begin));
  }
  line_ = scanned_ = value_end + 2;
  colon_ = 0;
  return Progress::done;
}

Progress FieldParser::fail(uint16_t status, const char* what) {
  violation_ = {status, what};
  return Progress::failed;
}

}  // namespace weft::http::h1
