#include "decide/routing/canonical_path.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/strings.h"

namespace weft::decide {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The byte that the escape at `at` stands for; nothing if it is malformed.
std::optional<unsigned char> escaped_byte(std::string_view text, size_t at) {
  if (at + 2 >= text.size()) return std::nullopt;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high * 16 + low);
}

// RFC 3986 2.3.
bool is_unreserved(unsigned char c) {
  const char lower = to_lower(static_cast<char>(c));
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// True for nearly every request: nothing in the path that any policy would change.
bool is_plain(std::string_view path) {
  char before = 0;
  for (const char c : path) {
    if (c == '%' || c == '\\' || (before == '/' && (c == '/' || c == '.'))) return false;
    before = c;
  }
  return true;
}

// Decodes %2F and %5C; true if there were any.
bool decode_slashes(std::string& path) {
  std::string result;
  for (size_t at = 0; at < path.size(); ++at) {
    const auto byte = path[at] == '%' ? escaped_byte(path, at) : std::nullopt;
    const bool is_slash = byte == '/' || byte == '\\';
    result += is_slash ? static_cast<char>(*byte) : path[at];
    if (is_slash) at += 2;
  }
  const bool changed = result.size() != path.size();
  path = std::move(result);
  return changed;
}

// Decodes what needs no escape and turns `\` into `/`; false for %00 and for malformed escapes.
bool decode_unreserved(std::string& path) {
  std::string result;
  for (size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '%') {
      result += path[at] == '\\' ? '/' : path[at];
      continue;
    }
    const auto byte = escaped_byte(path, at);
    if (!byte || *byte == 0) return false;
    if (is_unreserved(*byte)) {
      result += static_cast<char>(*byte);
    } else {
      result.append(path, at, 3);
    }
    at += 2;
  }
  path = std::move(result);
  return true;
}

// RFC 3986 5.2.4, on an absolute path; empty segments count as segments.
void remove_dot_segments(std::string& path) {
  std::string result;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view segment = std::string_view(path).substr(at + 1, end - at - 1);
    const bool is_last = end == path.size();
    if (segment == "." || segment == "..") {
      if (segment == "..") result.erase(std::min(result.rfind('/'), result.size()));
      if (is_last) result += '/';
    } else {
      result.append(path, at, end - at);
    }
    at = end;
  }
  path = result.empty() ? "/" : std::move(result);
}

void merge_slashes(std::string& path) {
  const auto end = std::unique(path.begin(), path.end(), [](char a, char b) { return a == '/' && b == '/'; });
  path.erase(end, path.end());
}

}  // namespace

PathVerdict canonicalize_path(std::string& path, const PathPolicy& policy) {
  const size_t query_at = std::min(path.find('?'), path.size());
  if (path.empty() || path[0] != '/' || is_plain(std::string_view(path).substr(0, query_at)))
    return PathVerdict::accept;
  std::string plain = path.substr(0, query_at);
  bool redirects = false;
  if (policy.escaped_slashes != EscapedSlashes::keep && decode_slashes(plain)) {
    if (policy.escaped_slashes == EscapedSlashes::reject) return PathVerdict::reject;
    redirects = policy.escaped_slashes == EscapedSlashes::redirect;
  }
  if (policy.normalizes) {
    if (!decode_unreserved(plain)) return PathVerdict::reject;
    remove_dot_segments(plain);
  }
  if (policy.merges_slashes) merge_slashes(plain);
  path.replace(0, query_at, plain);
  return redirects ? PathVerdict::redirect : PathVerdict::accept;
}

}  // namespace weft::decide
