// Istio's StringMatch as Envoy's. Pure.
#pragma once

#include <envoy/type/matcher/v3/string.pb.h>

#include "api/istio/virtual_service.h"

namespace weft::control::translate {

// For a match that is no presence check.
inline void fill_string_match(const api::istio::StringMatch& match, envoy::type::matcher::v3::StringMatcher& matcher) {
  if (match.exact) {
    matcher.set_exact(*match.exact);
  } else if (match.prefix) {
    matcher.set_prefix(*match.prefix);
  } else if (match.regex) {
    matcher.mutable_safe_regex()->set_regex(*match.regex);
  }
}

}  // namespace weft::control::translate
