#include "decide/compile/route_conditions.h"

#include "base/strings.h"
#include "decide/compile/claim_match.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {
namespace {

namespace route = envoy::config::route::v3;

Result<PathMatch> compile_path(const route::RouteMatch& wire) {
  const Case letters = !wire.has_case_sensitive() || wire.case_sensitive().value() ? Case::sensitive : Case::ignored;
  switch (wire.path_specifier_case()) {
    case route::RouteMatch::kPrefix:
      return PathMatch{PathMatch::Kind::prefix, TextMatch(TextMatch::Kind::prefix, wire.prefix(), letters)};
    case route::RouteMatch::kPath:
      return PathMatch{PathMatch::Kind::exact, TextMatch(TextMatch::Kind::exact, wire.path(), letters)};
    case route::RouteMatch::kPathSeparatedPrefix: {
      const TextMatch prefix(TextMatch::Kind::prefix, wire.path_separated_prefix(), letters);
      return PathMatch{PathMatch::Kind::separated_prefix, prefix};
    }
    case route::RouteMatch::kSafeRegex: {
      WEFT_TRY(auto regex, to_regex(wire.safe_regex()));
      return PathMatch{PathMatch::Kind::regex, TextMatch(std::move(regex))};
    }
    case route::RouteMatch::kConnectMatcher:
      return PathMatch{PathMatch::Kind::exact, TextMatch(TextMatch::Kind::exact, "")};
    default:
      return fail(Reason::unsupported,
                  "a path condition other than prefix, path, path_separated_prefix, safe_regex or "
                  "connect_matcher");
  }
}

Result<QueryMatch> compile_query(const route::QueryParameterMatcher& wire) {
  QueryMatch match{.name = wire.name(), .rule = Presence{true}};
  if (match.name.empty()) return fail(Reason::invalid, "a query parameter condition without a name");
  if (wire.has_present_match()) match.rule = Presence{wire.present_match()};
  if (wire.has_string_match()) {
    WEFT_TRY(auto text, to_text_match(wire.string_match()));
    match.rule = std::move(text);
  }
  return match;
}

}  // namespace

Result<HeaderMatch> compile_header_match(const route::HeaderMatcher& wire) {
  HeaderMatch match{.name = to_lower(wire.name()),
                    .inverted = wire.invert_match(),
                    .missing_is_empty = wire.treat_missing_header_as_empty()};
  if (match.name.empty()) return fail(Reason::invalid, "a header condition without a name");
  if (match.name == "host") match.name = ":authority";
  switch (wire.header_match_specifier_case()) {
    case route::HeaderMatcher::HEADER_MATCH_SPECIFIER_NOT_SET:
      match.rule = Presence{true};
      break;
    case route::HeaderMatcher::kPresentMatch:
      match.rule = Presence{wire.present_match()};
      break;
    case route::HeaderMatcher::kRangeMatch:
      match.rule = NumberRange{wire.range_match().start(), wire.range_match().end()};
      break;
    case route::HeaderMatcher::kExactMatch:
      match.rule = TextMatch(TextMatch::Kind::exact, wire.exact_match());
      break;
    case route::HeaderMatcher::kPrefixMatch:
      match.rule = TextMatch(TextMatch::Kind::prefix, wire.prefix_match());
      break;
    case route::HeaderMatcher::kSuffixMatch:
      match.rule = TextMatch(TextMatch::Kind::suffix, wire.suffix_match());
      break;
    case route::HeaderMatcher::kContainsMatch:
      match.rule = TextMatch(TextMatch::Kind::contains, wire.contains_match());
      break;
    case route::HeaderMatcher::kSafeRegexMatch: {
      WEFT_TRY(auto regex, to_regex(wire.safe_regex_match()));
      match.rule = TextMatch(std::move(regex));
      break;
    }
    case route::HeaderMatcher::kStringMatch: {
      WEFT_TRY(auto text, to_text_match(wire.string_match()));
      match.rule = std::move(text);
      break;
    }
  }
  return match;
}

Result<RouteMatch> compile_route_match(const route::RouteMatch& wire) {
  if (wire.has_tls_context()) return fail(Reason::unsupported, "a condition on TLS");
  RouteMatch match;
  for (const auto& metadata : wire.dynamic_metadata()) {
    if (!is_about_tokens(metadata))
      return fail(Reason::unsupported, "a condition on dynamic metadata of '" + metadata.filter() + "'");
    WEFT_TRY(match.claims.emplace_back(), compile_claim_match(metadata));
  }
  WEFT_TRY(match.path, compile_path(wire));
  match.grpc_only = wire.has_grpc();
  match.connect_only = wire.has_connect_matcher();
  if (wire.has_runtime_fraction()) match.fraction = to_fraction(wire.runtime_fraction().default_value());
  for (const auto& header : wire.headers()) {
    WEFT_TRY(auto compiled, compile_header_match(header));
    match.headers.push_back(std::move(compiled));
  }
  for (const auto& parameter : wire.query_parameters()) {
    WEFT_TRY(auto compiled, compile_query(parameter));
    match.query.push_back(std::move(compiled));
  }
  return match;
}

}  // namespace weft::decide
