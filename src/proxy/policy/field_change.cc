#include "proxy/policy/field_change.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "http/scan.h"

namespace weft::proxy {

Result<FieldChange> field_change(FieldChange::Kind kind, std::string_view name, std::string_view value) {
  const bool is_name = !name.empty() && std::ranges::all_of(name, http::is_token);
  if (!is_name || !std::ranges::all_of(value, http::is_value_byte))
    return fail(Reason::malformed, "a change to what is no header field", Side::endpoint);
  return FieldChange{kind, to_lower(name), std::string(value)};
}

bool is_free(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 11> kFraming = {
      "connection", "content-length", "expect",  "host",           "keep-alive",       "proxy-connection",
      "te",         "trailer",        "upgrade", "http2-settings", "transfer-encoding"};
  return !lower_name.starts_with(':') && std::ranges::find(kFraming, lower_name) == kFraming.end();
}

void make_changes(const std::vector<FieldChange>& changes, http::Headers& headers) {
  using Kind = FieldChange::Kind;
  for (const FieldChange& change : changes) {
    const bool is_there = headers.has(change.name);
    const bool is_wanted =
        change.kind == Kind::add_if_absent ? !is_there : change.kind != Kind::set_if_present || is_there;
    if (!is_wanted) continue;
    if (change.kind == Kind::append) {
      headers.add(change.name, change.value);
    } else {
      headers.set(change.name, change.value);
    }
  }
}

}  // namespace weft::proxy
