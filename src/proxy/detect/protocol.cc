#include "proxy/detect/protocol.h"

#include <algorithm>
#include <array>

#include "http/preface.h"

namespace weft::proxy {
namespace {

constexpr size_t kMethodBytesMax = 24;             // longer than any registered method
constexpr size_t kRequestLineBytesMax = 8 * 1024;  // as the HTTP codec's own limit

// The line has no end yet: may it become a request line?
bool may_be_request_line(std::string_view bytes) {
  const size_t space = bytes.find(' ');
  const std::string_view method = bytes.substr(0, space);
  const auto is_method_character = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; };
  if (method.empty() || method.size() > kMethodBytesMax || !std::ranges::all_of(method, is_method_character))
    return false;
  return std::ranges::none_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\r'; });
}

Protocol by_request_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!may_be_request_line(line)) return Protocol::opaque;
  if (line.ends_with(" HTTP/1.1")) return Protocol::http11;
  return line.ends_with(" HTTP/1.0") ? Protocol::http10 : Protocol::opaque;
}

}  // namespace

Protocol detect_tls(std::string_view bytes) {
  constexpr size_t kRecordHeaderSize = 5;  // type, version 3.x, length
  constexpr char kHandshake = 0x16;
  if (bytes.empty()) return Protocol::undecided;
  if (bytes[0] != kHandshake || (bytes.size() > 1 && bytes[1] != 0x03)) return Protocol::opaque;
  if (bytes.size() <= kRecordHeaderSize) return Protocol::undecided;
  return bytes[kRecordHeaderSize] == 0x01 ? Protocol::tls : Protocol::opaque;
}

Protocol detect_protocol(std::string_view bytes) {
  if (const Protocol verdict = detect_tls(bytes); verdict != Protocol::opaque) return verdict;
  if (bytes.starts_with(http::kHttp2Preface)) return Protocol::http2;
  if (http::kHttp2Preface.starts_with(bytes)) return Protocol::undecided;
  const size_t end = bytes.find('\n');
  if (end != std::string_view::npos) return by_request_line(bytes.substr(0, end));
  const bool goes_on = bytes.size() < kRequestLineBytesMax && may_be_request_line(bytes);
  return goes_on ? Protocol::undecided : Protocol::opaque;
}

std::span<const std::string> application_protocols(Protocol protocol) {
  static const std::array<std::string, 3> names = {"http/1.0", "http/1.1", "h2c"};
  const std::span<const std::string> all = names;
  switch (protocol) {
    case Protocol::http10:
      return all.subspan(0, 1);
    case Protocol::http11:
      return all.subspan(1, 1);
    case Protocol::http2:
      return all.subspan(2, 1);
    default:
      return {};
  }
}

}  // namespace weft::proxy
