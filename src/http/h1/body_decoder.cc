#include "http/h1/body_decoder.h"

#include <algorithm>

#include "http/scan.h"

namespace weft::http::h1 {
namespace {

constexpr size_t kChunkSizeDigitsMax = 16;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Skips a quoted string (RFC 9110 5.6.4) that begins at `text`; false when it is not closed.
bool skip_quoted(std::string_view& text) {
  for (size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

bool skip_token(std::string_view& text) {
  const char* const end = scan_token(text.data(), text.data() + text.size());
  const auto size = static_cast<size_t>(end - text.data());
  text.remove_prefix(size);
  return size > 0;
}

// *( ";" token [ "=" ( token / quoted-string ) ] ), without the optional spaces (RFC 9112 7.1.1): nobody sends them.
bool is_extension_list(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != ';') return false;
    text.remove_prefix(1);
    if (!skip_token(text)) return false;
    if (!text.starts_with('=')) continue;
    text.remove_prefix(1);
    if (text.starts_with('"') ? !skip_quoted(text) : !skip_token(text)) return false;
  }
  return true;
}

// Trailers that would change how the message is framed, routed, cached or whom it is from, seen too late for any check
// (RFC 9110 6.5.1).
bool is_unwelcome_trailer(const Field& field) {
  if (field.name.starts_with("x-forwarded-") || field.name.starts_with("x-envoy-") ||
      field.name.starts_with("x-weft-")) {
    return true;
  }
  if (field.name.starts_with("content-") || field.name.starts_with("proxy-") || field.name.starts_with("www-"))
    return true;
  switch (field.id) {
    case HeaderId::authorization:
    case HeaderId::cache_control:
    case HeaderId::connection:
    case HeaderId::cookie:
    case HeaderId::expect:
    case HeaderId::forwarded:
    case HeaderId::host:
    case HeaderId::http2_settings:
    case HeaderId::keep_alive:
    case HeaderId::location:
    case HeaderId::set_cookie:
    case HeaderId::te:
    case HeaderId::trailer:
    case HeaderId::transfer_encoding:
    case HeaderId::upgrade:
    case HeaderId::via:
    case HeaderId::x_request_id:
      return true;
    default:
      return field.name == "max-forwards" || field.name == "range";
  }
}

}  // namespace

void BodyDecoder::start(BodyLength body) {
  trailers_.clear();
  violation_ = {};
  remaining_ = body.bytes;
  scanned_ = extension_bytes_ = 0;
  switch (body.kind) {
    case BodyKind::none:
      state_ = State::done;
      break;
    case BodyKind::length:
      state_ = body.bytes == 0 ? State::done : State::length;
      break;
    case BodyKind::chunked:
      state_ = State::chunk_line;
      break;
    case BodyKind::until_close:
      state_ = State::until_close;
      break;
  }
}

BodyDecoder::Step BodyDecoder::next(std::string_view bytes) {
  switch (state_) {
    case State::done:
      return {.progress = Progress::done};
    case State::length:
      return data_step(bytes, State::done);
    case State::until_close:
      return {Progress::need_more, bytes.size(), bytes};
    case State::chunk_line:
      return chunk_line_step(bytes);
    case State::chunk_data:
      return data_step(bytes, State::chunk_end);
    case State::chunk_end:
      return chunk_end_step(bytes);
    case State::trailers:
      return trailer_step(bytes);
    case State::failed:
      return {.progress = Progress::failed};
  }
  return {.progress = Progress::failed};
}

bool BodyDecoder::finish_at_close() {
  if (state_ == State::until_close) state_ = State::done;
  return is_done();
}

BodyDecoder::Step BodyDecoder::data_step(std::string_view bytes, State after) {
  const auto taken = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
  remaining_ -= taken;
  if (remaining_ == 0) state_ = after;
  return {state_ == State::done ? Progress::done : Progress::need_more, taken, bytes.substr(0, taken)};
}

BodyDecoder::Step BodyDecoder::chunk_line_step(std::string_view bytes) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* const stop = scan_value(begin + scanned_, end);
  scanned_ = static_cast<size_t>(stop - begin);
  if (scanned_ > limits_.chunk_line_bytes_max) return fail({400, "a chunk line is too long"});
  if (stop == end || (*stop == '\r' && stop + 1 == end)) return {};
  if (stop[0] != '\r' || stop[1] != '\n') return fail({400, "a control character in a chunk line"});
  if (const Violation violation = read_chunk_line(bytes.substr(0, scanned_))) return fail(violation);
  const size_t consumed = scanned_ + 2;
  scanned_ = 0;
  if (remaining_ > 0) {
    state_ = State::chunk_data;
  } else {
    state_ = State::trailers;
    fields_.start(0, limits_.trailer_fields_max);
  }
  return {Progress::need_more, consumed, {}};
}

Violation BodyDecoder::read_chunk_line(std::string_view line) {
  size_t digits = 0;
  remaining_ = 0;
  for (; digits < line.size(); ++digits) {
    const int digit = hex_digit(line[digits]);
    if (digit < 0) break;
    if (digits == kChunkSizeDigitsMax) return {400, "a chunk size is too long"};
    remaining_ = remaining_ * 16 + static_cast<uint64_t>(digit);
  }
  if (digits == 0) return {400, "not a chunk size"};
  extension_bytes_ += line.size() - digits;
  if (extension_bytes_ > limits_.chunk_extension_bytes_max) return {400, "too many bytes of chunk extensions"};
  return is_extension_list(line.substr(digits)) ? Violation{} : Violation{400, "not a chunk line"};
}

BodyDecoder::Step BodyDecoder::chunk_end_step(std::string_view bytes) {
  if (!bytes.empty() && bytes[0] != '\r') return fail({400, "chunk data is not followed by CR LF"});
  if (bytes.size() < 2) return {};
  if (bytes[1] != '\n') return fail({400, "chunk data is not followed by CR LF"});
  state_ = State::chunk_line;
  return {Progress::need_more, 2, {}};
}

BodyDecoder::Step BodyDecoder::trailer_step(std::string_view bytes) {
  const Progress progress = fields_.parse(bytes.substr(0, limits_.trailer_bytes_max), trailers_);
  if (progress == Progress::failed) return fail(fields_.violation());
  if (progress == Progress::need_more) {
    return bytes.size() < limits_.trailer_bytes_max ? Step{} : fail({431, "the trailers are too large"});
  }
  state_ = State::done;
  trailers_.remove_if(is_unwelcome_trailer);
  return {Progress::done, fields_.consumed(), {}};
}

BodyDecoder::Step BodyDecoder::fail(Violation violation) {
  violation_ = violation;
  state_ = State::failed;
  return {.progress = Progress::failed};
}

}  // namespace weft::http::h1
