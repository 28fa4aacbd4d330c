// FieldChange: what somebody else, who may be wrong or hostile, wants changed in the header fields of a message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/headers.h"

namespace weft::proxy {

// A value; made by field_change() alone, so that it can be written as it is.
struct FieldChange {
  enum class Kind : uint8_t { set, append, add_if_absent, set_if_present } kind = Kind::set;
  std::string name;  // lower-case
  std::string value;
};

// Fails on what is no field, or would not stay within its line.
Result<FieldChange> field_change(FieldChange::Kind kind, std::string_view name, std::string_view value);

// Whether the field may be changed: it does not frame the message, nor say whose it is or where it goes.
bool is_free(std::string_view lower_name);

void make_changes(const std::vector<FieldChange>& changes, http::Headers& headers);

}  // namespace weft::proxy
