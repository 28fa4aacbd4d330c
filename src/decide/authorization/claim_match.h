// ClaimMatch: a condition on one claim of a request's token (envoy.type.matcher.v3.ValueMatcher on the metadata of
// jwt_authn), compiled. Immutable; any thread.
#pragma once

#include <variant>
#include <vector>

#include "decide/text_match.h"
#include "decide/token/claims.h"

namespace weft::decide {

// One way of looking at a value. What is not there is of no kind, and only `present: false` holds for it.
struct ValueMatch {
  // JSON's null.
  struct Null {};
  // A number within bounds.
  struct Number {
    double from = 0;  // up to, and without, `to`; both equal: that number
    double to = 0;
  };
  // true or false.
  struct Truth {
    bool wanted = true;
  };
  // Whether there is a value at all.
  struct Present {
    bool wanted = true;
  };
  // A list, one of whose items is like this; exactly one element.
  struct OneOf {
    std::vector<ValueMatch> item;
  };
  // One of these holds.
  struct AnyOf {
    std::vector<ValueMatch> either;
  };
  std::variant<Null, Number, Truth, Present, TextMatch, OneOf, AnyOf> rule;

  bool matches(const jose::Value* value) const;
};

// Holds for claims in which the value at the path is so, or, inverted, is not. Without claims there is no value.
struct ClaimMatch {
  ClaimPath path;
  ValueMatch value;
  bool inverted = false;

  bool matches(const Claims* claims) const;
};

}  // namespace weft::decide
