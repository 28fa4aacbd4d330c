// Fields whose value is a comma-separated list (RFC 9110 5.6.1), as Connection and Upgrade are.
#pragma once

#include <string_view>

#include "base/strings.h"
#include "http/headers.h"

namespace weft::http {

// Calls `take(item)` for each item without the spaces around it; empty items are passed over.
template <class Take>
void each_item(std::string_view list, Take take) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view item = trim(list.substr(0, comma));
    if (!item.empty()) take(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

// The same over every field of that name.
template <class Take>
void each_item(const Headers& headers, HeaderId id, Take take) {
  if (!headers.has(id)) return;
  for (const Field& field : headers) {
    if (field.id == id) each_item(field.value, take);
  }
}

}  // namespace weft::http
