#include "decide/routing/cors_policy.h"

#include <algorithm>

namespace weft::decide {

bool CorsPolicy::allows(std::string_view origin) const {
  return std::ranges::any_of(origins,
                             [&](const TextMatch& match) { return match.matches("*") || match.matches(origin); });
}

}  // namespace weft::decide
