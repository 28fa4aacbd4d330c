#include "decide/authorization/external_authorization.h"

#include <algorithm>

namespace weft::decide {

bool FieldNames::contain(std::string_view lower_name) const {
  return std::ranges::any_of(patterns, [&](const TextMatch& pattern) { return pattern.matches(lower_name); });
}

}  // namespace weft::decide
