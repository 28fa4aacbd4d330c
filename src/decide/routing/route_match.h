// RouteMatch: the condition of one route (envoy.config.route.v3.RouteMatch), compiled. Every part must hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "decide/authorization/claim_match.h"
#include "decide/routing/fraction.h"
#include "decide/routing/request_head.h"
#include "decide/text_match.h"

namespace weft::decide {

// How a route looks at the path without its query.
struct PathMatch {
  // separated_prefix: `/api` holds for `/api` and `/api/x`, not for `/apis`.
  enum class Kind : uint8_t { exact, prefix, separated_prefix, regex };
  Kind kind = Kind::prefix;
  TextMatch text{TextMatch::Kind::prefix, ""};

  bool matches(std::string_view path) const;
};

// A whole decimal number in [from, to), as HeaderMatcher.range_match means it.
struct NumberRange {
  int64_t from = 0;
  int64_t to = 0;

  bool contains(std::string_view text) const;
};

// Whether a field is there at all.
struct Presence {
  bool wanted = true;
};

// One header condition. `name` is lower-case; `:method`, `:path`, `:authority` and `:scheme` name the request line's
// parts.
struct HeaderMatch {
  std::string name;
  std::variant<Presence, TextMatch, NumberRange> rule;
  bool inverted = false;
  // Without it a value rule never holds for a request that lacks the field, inverted or not, as in Envoy; Istio's
  // withoutHeaders sets it.
  bool missing_is_empty = false;

  bool matches(const RequestHead& request, std::string& scratch) const;
};

// One query parameter condition: the first value of that name, as it was sent.
struct QueryMatch {
  std::string name;
  std::variant<Presence, TextMatch> rule;

  bool matches(std::string_view query) const;
};

// Immutable; part of a route.
struct RouteMatch {
  PathMatch path;
  std::vector<HeaderMatch> headers;
  std::vector<QueryMatch> query;
  std::vector<ClaimMatch> claims;  // what no header field, whatever its name, can stand for
  std::optional<Fraction> fraction;
  bool grpc_only = false;
  bool connect_only = false;  // CONNECT, which no other condition holds for: it has no path

  bool matches(const RequestHead& request) const;
};

}  // namespace weft::decide
