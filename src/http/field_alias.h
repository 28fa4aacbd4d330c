// "x_user" beside "x-user": servers that hand fields to applications by CGI's rule (RFC 3875 4.1.18: "-" becomes "_")
// make one variable of both. Who takes a field away because nobody may claim it, takes its aliases away as well.
#pragma once

#include <algorithm>
#include <string_view>

namespace weft::http {

// Another name for the same variable; not the name itself. Both in lower case.
inline bool is_alias(std::string_view name, std::string_view of) {
  const auto dashed = [](char c) { return c == '_' ? '-' : c; };
  return name.size() == of.size() && name != of && std::ranges::equal(name, of, {}, dashed, dashed);
}

}  // namespace weft::http
