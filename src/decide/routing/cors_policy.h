// CorsPolicy: which pages of other origins a browser may let use a route (envoy.extensions.filters.http.cors.v3,
// the CORS protocol of the Fetch standard), compiled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decide/routing/fraction.h"
#include "decide/text_match.h"

namespace weft::decide {

// Immutable; part of a route. The texts are field values, written as they are; empty ones are not written.
struct CorsPolicy {
  std::vector<TextMatch> origins;
  std::string methods;          // access-control-allow-methods
  std::string headers;          // access-control-allow-headers
  std::string exposed_headers;  // access-control-expose-headers
  std::string age_max;          // access-control-max-age
  bool allows_credentials = false;
  bool forwards_unmatched_preflights = true;  // else they are answered 200 without any permission
  Fraction enabled;

  // A condition that the text "*" fulfils stands for every origin, as in Envoy.
  bool allows(std::string_view origin) const;
};

}  // namespace weft::decide
