// RequestHead: what routing may look at. Views into the caller's buffers; nothing here is owned or changed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::decide {

class Claims;  // decide/token/

// The header fields of one request, whatever the codec keeps them in. Implemented by the data plane and by `weft why`.
class HeaderView {
 public:
  virtual ~HeaderView() = default;

  // The value of the field with this lower-case name; several fields of one name are joined by "," in `scratch` (RFC
  // 9110 5.3), so that no rule sees only the first of them. Nothing if there is no such field.
  virtual std::optional<std::string_view> value_of(std::string_view lower_name, std::string& scratch) const = 0;
};

// One request as the routing rules see it. `path` is the canonical one (see canonical_path.h) and carries the query.
struct RequestHead {
  std::string_view method;
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  const HeaderView* headers = nullptr;
  uint64_t random = 0;             // drawn once per request; decides runtime fractions and weights
  const Claims* claims = nullptr;  // of the request's valid tokens; null: it has none, or nobody has looked yet

  std::string_view path_without_query() const { return path.substr(0, path.find_first_of("?#")); }
  std::string_view query() const;
};

inline std::string_view RequestHead::query() const {
  const size_t mark = path.find('?');
  if (mark == std::string_view::npos) return {};
  const std::string_view query = path.substr(mark + 1);
  return query.substr(0, query.find('#'));
}

// The first value of a parameter; an empty one for `?name` without `=`.
inline std::optional<std::string_view> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace weft::decide
